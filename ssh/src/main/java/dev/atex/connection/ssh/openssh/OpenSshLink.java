package dev.atex.connection.ssh.openssh;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.CommandResult;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Exit;
import dev.atex.connection.Output;
import dev.atex.connection.RemoteProcess;
import dev.atex.connection.ssh.config.OneKeyConfig;
import dev.atex.connection.ssh.config.SshConfig;
import dev.atex.connection.ssh.config.SshOptions;
import dev.atex.connection.ssh.transport.BlockingThreads;
import dev.atex.connection.ssh.transport.HostUnknownException;
import dev.atex.connection.ssh.transport.Link;
import dev.atex.connection.ssh.transport.LoginRefusedException;
import dev.atex.connection.ssh.transport.PortForward;
import dev.atex.connection.support.OutputFile;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.internal.files.FileProblems;
import dev.atex.internal.files.PrivateDirectories;
import dev.atex.internal.files.Trees;
import dev.atex.internal.text.ShellWords;
import dev.atex.lease.ledger.LeaseNames;
import dev.atex.local.LocalConnection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A login by the {@code ssh} program, which stays as a control master in its own process session. It ends with this process,
 * even if that is killed: its supervisor reads a pipe that this process holds open.
 */
public final class OpenSshLink implements Link {
    private static final System.Logger LOG = System.getLogger("dev.atex.ssh");

    /**
     * The limit of sshd by default ({@code MaxSessions}), minus one session for reports. The limit cannot be learned: the program
     * reports a refusal like any other failure.
     */
    private static final int SESSIONS = 9;

    /** While so many are free, there is no need to wait until the server has noticed the end of a session. */
    private static final int PLENTY = 5;

    /** The time limit for a report after the client has exited. */
    private static final Duration LATE_REPORT = Duration.ofSeconds(5);

    /** The exit code of the program if it fails; a command may have it too. */
    private static final int FAILED = 255;

    private static final Duration HELPER = Duration.ofSeconds(30);

    /** Parts of OpenSSH's messages about errors that a retry does not fix. */
    private static final List<String> REFUSALS = List.of(
            "Permission denied (",
            "Host key verification failed",
            "Too many authentication failures",
            "onfiguration option",
            "Bad owner or permissions",
            "Unable to negotiate");

    private static final String UNRESOLVED = "Could not resolve hostname";

    private static final String SUPERVISE = """
            exec 3<&0
            "$@" </dev/null 3<&- & master=$!
            (cat <&3; kill "$master") >/dev/null 2>&1 & watcher=$!
            exec 3<&-
            wait "$master"
            code=$?
            kill "$watcher"
            exit "$code"
            """;

    private final String name;
    private final LocalConnection local;
    private final Path directory;
    private final OpenSshCommand commands;
    private final Semaphore sessions = new Semaphore(SESSIONS, true);
    private final TaskScope scope = TaskScope.open("ssh");
    private final SshStderr complaints = new SshStderr();
    private final ExitReports reports = new ExitReports();
    private final AtomicLong ids = new AtomicLong();
    private String pipe = "";
    private @Nullable RemoteProcess master;
    private volatile @Nullable RemoteProcess reporter;
    private volatile boolean closed;

    private OpenSshLink(String name, LocalConnection local, Path directory, OpenSshCommand commands) {
        this.name = name;
        this.local = local;
        this.directory = directory;
        this.commands = commands;
    }

    /** Returns the id of processes and files of such a login on this host. */
    static String localId(String leaseId) {
        return LeaseNames.shortName(leaseId) + "-ssh";
    }

    /**
     * Creates the directory of the control socket. {@link dev.atex.local.process.LocalLeftovers} finds it, and no other user can
     * take the name first. The name is short because the path of a socket is limited to 107 bytes.
     */
    private static Path makeDirectory(String localId) throws IOException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        while (true) {
            try {
                return PrivateDirectories.create(temporary.resolve("atex-" + localId + "-" + LeaseNames.random()));
            } catch (FileAlreadyExistsException e) {
                // another user has it: try another name
            }
        }
    }

    /** Logs in. */
    public static OpenSshLink open(String name, SshOptions options, Optional<String> leaseId, Deadline deadline)
            throws ConnectionException, InterruptedException {
        String id = localId(leaseId.orElseGet(() -> UUID.randomUUID().toString()));
        SshConfig.Address target = SshConfig.Address.parse(name);
        Path directory;
        try {
            directory = makeDirectory(id);
        } catch (IOException e) {
            throw new ConnectionException(
                    name + ": cannot create a directory for temporary files: " + FileProblems.of(e), e);
        }
        SshOptions used = configured(name, options, target, directory);
        LocalConnection local = new LocalConnection(id);
        OpenSshLink link =
                new OpenSshLink(name, local, directory, new OpenSshCommand(target, used, directory.resolve("c")));
        boolean whole = false;
        try {
            local.connect(deadline);
            link.logIn(options, deadline);
            whole = true;
            LOG.log(
                    Level.DEBUG,
                    () -> name + ": logged in by ssh, control socket in " + directory + ", keep-alive "
                            + options.keepAlive());
            return link;
        } catch (IOException e) {
            throw new ConnectionException(name + ": cannot prepare files for ssh: " + FileProblems.of(e), e);
        } finally {
            if (!whole) {
                link.close();
            }
        }
    }

    /** Returns the options, with a configuration without keys if only one key may be offered. */
    private static SshOptions configured(String name, SshOptions options, SshConfig.Address target, Path directory)
            throws ConnectionException {
        boolean whole = false;
        try {
            boolean one = options.identitiesOnly() && options.identity().isPresent();
            SshOptions used = one && OneKeyConfig.namesKeys(options.config())
                    ? options.withConfig(OneKeyConfig.write(options.config(), target.host(), directory))
                    : options;
            whole = true;
            return used;
        } catch (IOException e) {
            throw new ConnectionException(name + ": cannot read the ssh configuration: " + FileProblems.of(e), e);
        } finally {
            if (!whole) {
                remove(directory);
            }
        }
    }

    private void logIn(SshOptions options, Deadline deadline)
            throws ConnectionException, IOException, InterruptedException {
        List<String> argv = new ArrayList<>(List.of("sh", "-c", SUPERVISE, "sh"));
        argv.addAll(commands.master());
        Map<String, String> environment = options.password().isPresent()
                ? AskPass.environment(
                        directory, commands.control(), options.password().get())
                : Map.of();
        RemoteProcess started = local.start(Command.of(argv).withEnvironment(environment));
        master = started;
        scope.forkPlatform("complaints", () -> complaints.read(started.stderr()));
        if (firstLine(lines(started), deadline).isEmpty()) {
            started.await(deadline);
            complaints.await(deadline);
            String said = complaints.text();
            String message = name + ": ssh cannot connect: " + said;
            if (said.contains(UNRESOLVED)) {
                throw new HostUnknownException(message + "; is it spelled correctly?");
            }
            throw REFUSALS.stream().anyMatch(said::contains)
                    ? new LoginRefusedException(message)
                    : new ConnectionException(message);
        }
        RemoteProcess reader = local.start(Command.of(commands.exec(ExitReports.READER)));
        reporter = reader;
        BufferedReader lines = lines(reader);
        pipe = firstLine(lines, deadline)
                .orElseThrow(() -> new ConnectionException(
                        name + ": cannot run commands (they need mktemp, mkfifo, cat and a POSIX shell on the host)"));
        scope.forkPlatform("reports", () -> {
            try {
                return reports.read(lines);
            } finally {
                if (!closed) {
                    LOG.log(Level.INFO, () -> String.valueOf(lost().getMessage()));
                }
                started.kill(); // without it, no command could report its exit code
            }
        });
    }

    private static BufferedReader lines(RemoteProcess process) {
        return new BufferedReader(new InputStreamReader(process.stdout(), StandardCharsets.UTF_8));
    }

    private Optional<String> firstLine(BufferedReader lines, Deadline deadline)
            throws ConnectionException, InterruptedException {
        try {
            return scope.forkPlatform("line", () -> Optional.ofNullable(lines.readLine()))
                    .join(deadline);
        } catch (TimeoutException e) {
            throw new ConnectionException(name + ": ssh cannot connect: no answer in time", e);
        } catch (ExecutionException e) {
            throw new ConnectionException(name + ": ssh cannot connect: " + reason(e.getCause()), e);
        }
    }

    private static String reason(@Nullable Throwable cause) {
        return cause instanceof IOException io ? FileProblems.of(io) : String.valueOf(cause);
    }

    @Override
    public Optional<ConnectionException> failure() {
        if (closed) {
            return Optional.of(new ConnectionException(name + ": the connection was closed"));
        }
        if (reports.areOver()) { // the program is about to end
            return Optional.of(lost());
        }
        RemoteProcess started = master;
        try {
            return started == null || started.await(Deadline.after(Duration.ZERO)) instanceof Exit.StillRunning
                    ? Optional.empty()
                    : Optional.of(lost());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private ConnectionException lost() {
        String said = complaints.text();
        return new ConnectionException(name + ": the connection was lost" + (said.isEmpty() ? "" : ": " + said));
    }

    @Override
    public RemoteProcess exec(String line, Output stdout, Output stderr)
            throws ConnectionException, InterruptedException {
        sessions.acquire();
        boolean started = false;
        try {
            long id = ids.incrementAndGet();
            CompletableFuture<Exit> exit = reports.expect(id);
            List<String> argv = commands.exec(ExitReports.reporting(line, id, pipe));
            RemoteProcess client = local.start(new Command(argv, Map.of(), piped(stdout), piped(stderr)));
            scope.run("session", () -> watch(client, exit));
            started = true;
            List<OutputFile> files = new ArrayList<>();
            store(stdout, client.stdout(), files);
            store(stderr, client.stderr(), files);
            return new OpenSshProcess(client, exit, files);
        } catch (IOException e) {
            throw new ConnectionException(name + ": cannot store the output of a command: " + FileProblems.of(e), e);
        } finally {
            if (!started) {
                sessions.release();
            }
        }
    }

    private void watch(RemoteProcess client, CompletableFuture<Exit> exit) {
        boolean told = false;
        Exit end = new Exit.StillRunning();
        try {
            end = client.await(Deadline.never());
            giveBack();
            // the exit code of the command, which may have prevented its own report
            told = end instanceof Exit.Code(int code) && code != FAILED;
            if (!closed) {
                reports.await(exit, LATE_REPORT);
            }
        } catch (InterruptedException e) {
            return; // the link is being closed
        } finally {
            exit.complete(told ? end : new Exit.TransportLost(lost()));
        }
    }

    /**
     * Releases the place of a command that has ended. If few places are free, first waits for an echo from the server: then it has
     * noticed the end, and cannot refuse the next command.
     */
    private void giveBack() throws InterruptedException {
        RemoteProcess reader = reporter;
        try {
            if (reader != null && !closed && sessions.availablePermits() < PLENTY) {
                String line = "echo-" + ids.incrementAndGet();
                CompletableFuture<Void> echo = reports.expectEcho(line);
                synchronized (reader) {
                    reader.stdin().write((line + "\n").getBytes(StandardCharsets.UTF_8));
                    reader.stdin().flush();
                }
                reports.await(echo, LATE_REPORT);
            }
        } catch (IOException e) {
            return; // the connection is lost: commands report that
        } finally {
            sessions.release();
        }
    }

    private static Output piped(Output output) {
        return output instanceof Output.AppendTo ? Output.pipe() : output;
    }

    private void store(Output output, InputStream from, List<OutputFile> files) throws IOException {
        if (output instanceof Output.AppendTo to) {
            OutputFile file = new OutputFile(to);
            files.add(file);
            // not in the scope: closing the link must not wait for the disk
            BlockingThreads.ALL.execute(() -> store(from, file));
        }
    }

    private static void store(InputStream from, OutputFile file) {
        try {
            file.acceptAll(from);
        } catch (IOException e) {
            return; // the reader was closed
        }
    }

    private String order(String what, String... argv) throws ConnectionException, InterruptedException {
        CommandResult result = local.run(Command.of(commands.control(what, argv)), Deadline.after(HELPER));
        if (result.exitCode() != 0) {
            throw new ConnectionException(name + ": ssh cannot " + what + " " + String.join(" ", argv) + ": "
                    + result.stderrText().strip());
        }
        return result.stdoutText().strip();
    }

    @Override
    public PortForward forwardLocal(int localPort, String toHost, int toPort)
            throws ConnectionException, InterruptedException {
        int port = localPort == 0 ? freePort() : localPort;
        String forward = "127.0.0.1:" + port + ":" + toHost + ":" + toPort;
        String _ = order("forward", "-L", forward);
        return forwarded(port, "-L", forward);
    }

    /** Returns a port that is free at the moment: ssh cannot choose one itself. */
    private int freePort() throws ConnectionException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new ConnectionException(name + ": there is no free port on this host: " + e.getMessage(), e);
        }
    }

    @Override
    public PortForward forwardRemote(int remotePort, String toHost, int toPort)
            throws ConnectionException, InterruptedException {
        String forward = "127.0.0.1:" + remotePort + ":" + toHost + ":" + toPort;
        String allocated = order("forward", "-R", forward);
        int port = remotePort == 0 ? Integer.parseInt(allocated) : remotePort;
        return forwarded(port, "-R", forward);
    }

    private PortForward forwarded(int port, String direction, String forward) {
        return new PortForward() {
            @Override
            public int port() {
                return port;
            }

            @Override
            public void close() {
                try {
                    String _ = order("cancel", direction, forward);
                } catch (ConnectionException e) {
                    return; // it ended with the connection
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
    }

    /** Returns the arguments that make {@code rsync} use this login. */
    public List<String> rsyncArguments() {
        return List.of("-e", ShellWords.join(commands.shared()));
    }

    @Override
    public void close() {
        closed = true;
        LOG.log(Level.DEBUG, () -> name + ": ending ssh");
        local.disconnect();
        scope.close();
        remove(directory);
    }

    private static void remove(Path directory) {
        try {
            Trees.delete(directory);
        } catch (IOException e) {
            return; // it is a temporary file with the id of the lease in its name: reaping removes it
        }
    }
}
