package dev.atex.executor.fmf;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Exit;
import dev.atex.connection.RemoteProcess;
import dev.atex.local.LocalConnection;
import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * A machine that really reboots: a namespace of processes with a PID 1 of its own, which ends, and everything with it, on
 * SIGTERM. What was connected then is lost. Its files are those of this host. Needs root.
 */
final class RebootingMachine implements Connection {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final LocalConnection host = new LocalConnection();
    private final AtomicInteger boots = new AtomicInteger();
    private final AtomicInteger attempts = new AtomicInteger();

    /** So many attempts to connect fail after a reboot: the machine is still booting. */
    private final int refusals;

    /** So many commands are ended by SIGTERM after a connection has been dropped: the machine is shutting down. */
    private final AtomicInteger lateVictims = new AtomicInteger();

    private final AtomicBoolean crashesInData = new AtomicBoolean();
    private volatile boolean dropped;
    private final Set<RemoteProcess> running = ConcurrentHashMap.newKeySet();
    private volatile boolean connected;
    private volatile RemoteProcess init;
    private volatile String pid = "";

    RebootingMachine(int refusals) {
        this.refusals = refusals;
    }

    /** Whether such machines can be made here. */
    static boolean isPossible() throws Exception {
        try (LocalConnection local = new LocalConnection()) {
            local.connect(Deadline.after(PATIENCE));
            return local.run(Command.of("unshare", "--pid", "--fork", "--mount-proc", "true"), Deadline.after(PATIENCE))
                            .exitCode()
                    == 0;
        }
    }

    int boots() {
        return boots.get();
    }

    int attempts() {
        return attempts.get();
    }

    @Override
    public synchronized void connect(Deadline deadline) throws ConnectionException, InterruptedException {
        if (connected && isUp()) {
            return;
        }
        if (boots.get() > 0) {
            attempts.incrementAndGet();
        }
        host.connect(deadline);
        if (!isUp()) {
            if (boots.get() > 0 && attempts.get() <= refusals) {
                throw new ConnectionException("the machine is booting");
            }
            boot(deadline);
        }
        connected = true;
    }

    private boolean isUp() throws InterruptedException {
        return init != null && init.await(Deadline.after(Duration.ZERO)) instanceof Exit.StillRunning;
    }

    private void boot(Deadline deadline) throws ConnectionException, InterruptedException {
        boots.incrementAndGet();
        String script = """
                unshare --pid --fork --mount-proc --kill-child bash -c '
                  trap "exit 0" TERM
                  echo up
                  while :; do sleep 1000 & wait; done' &
                echo $!
                wait
                """;
        init = host.start(Command.of("bash", "-c", script));
        try {
            BufferedReader facts = new BufferedReader(new InputStreamReader(init.stdout(), StandardCharsets.UTF_8));
            String unshare = "";
            for (int i = 0; i < 2; i++) {
                String fact = facts.readLine();
                unshare = fact.equals("up") ? unshare : fact;
            }
            pid = Files.readString(Path.of("/proc", unshare, "task", unshare, "children"))
                    .strip();
        } catch (IOException e) {
            throw new ConnectionException("the machine does not boot", e);
        }
    }

    /** Makes the next so many commands after a drop of the connection end by SIGTERM. */
    void endsCommandsOnTheWayDown(int commands) {
        lateVictims.set(commands);
    }

    int lateVictims() {
        return lateVictims.get();
    }

    /** Crashes when the first file of a test's data directory begins to come, of which at most a pipe is sent then. */
    void crashesWhenDataComes() {
        crashesInData.set(true);
    }

    private InputStream watched(InputStream from) {
        return new FilterInputStream(from) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int n = super.read(buffer, offset, length);
                if (n > 0
                        && new String(buffer, offset, n, StandardCharsets.ISO_8859_1).contains("data ")
                        && crashesInData.getAndSet(false)) {
                    try {
                        crash();
                    } catch (Exception e) {
                        throw new IOException(e);
                    }
                }
                return n;
            }
        };
    }

    @Override
    public void disconnect() {
        connected = false;
        dropped = true;
        running.forEach(RemoteProcess::close);
        running.clear();
    }

    /** Ends it for good. */
    void destroy() throws Exception {
        host.disconnect(Deadline.after(PATIENCE));
    }

    /** Ends it as by a power cut. */
    void crash() throws Exception {
        host.run(Command.of("kill", "-KILL", pid), Deadline.after(PATIENCE));
    }

    @Override
    public RemoteProcess start(Command command) throws ConnectionException, InterruptedException {
        if (!connected || !isUp()) {
            throw new ConnectionException("the machine is gone");
        }
        List<String> argv = new ArrayList<>(List.of("nsenter", "-t", pid, "-p", "-m", "--"));
        boolean victim = dropped && lateVictims.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        argv.addAll(victim ? List.of("sh", "-c", "kill -TERM $$; sleep 600") : command.argv());
        Inside process = new Inside(
                host.start(new Command(argv, command.environment(), command.stdout(), command.stderr())),
                init,
                crashesInData.get() ? this::watched : stream -> stream);
        running.add(process);
        return process;
    }

    @Override
    public void upload(Path localDirectory, String remoteDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException {
        host.upload(localDirectory, remoteDirectory, deadline);
    }

    @Override
    public void download(String remoteDirectory, Path localDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException {
        host.download(remoteDirectory, localDirectory, deadline);
    }

    /** A command there: lost when the machine has ended before anybody could be told how it went. */
    private record Inside(RemoteProcess process, RemoteProcess init, UnaryOperator<InputStream> output)
            implements RemoteProcess {
        @Override
        public OutputStream stdin() {
            return process.stdin();
        }

        @Override
        public InputStream stdout() {
            return output.apply(process.stdout());
        }

        @Override
        public InputStream stderr() {
            return process.stderr();
        }

        @Override
        public Exit await(Deadline deadline) throws InterruptedException {
            Exit exit = process.await(deadline);
            // 1: it was entered too late
            boolean killed = exit instanceof Exit.Code(int code) && (code == 137 || code == 1);
            boolean gone = killed && !(init.await(Deadline.after(Duration.ofSeconds(10))) instanceof Exit.StillRunning);
            return gone ? new Exit.TransportLost(new ConnectionException("the machine is gone")) : exit;
        }

        @Override
        public void close() {
            process.close();
        }

        @Override
        public void kill() {
            process.kill();
        }
    }
}
