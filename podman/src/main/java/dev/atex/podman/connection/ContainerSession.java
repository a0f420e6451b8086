package dev.atex.podman.connection;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.CommandResult;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.RemoteProcess;
import dev.atex.internal.concurrent.ProcessMarks;
import dev.atex.internal.files.Trees;
import dev.atex.local.LocalConnection;
import dev.atex.podman.engine.EngineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** The state of a {@link ContainerConnection} between connect and disconnect. Thread-safe. */
final class ContainerSession implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.atex.podman");
    /** "degraded" is enough: on most images some unit fails in a container. */
    private static final List<String> UP = List.of("running", "degraded");

    /** systemd reports when it is up, except in its first moments; OpenRC (Alpine) has to be polled. */
    private static final String AWAIT_INIT = "if command -v systemctl >/dev/null; then "
            + "until [ -S /run/systemd/private ]; do sleep 0.05; done; exec systemctl is-system-running --wait; fi; "
            + "until [ \"$(rc-status --runlevel)\" = default ]; do sleep 0.05; done; echo running";

    private static final List<String> PROBE = List.of("cat", "/proc/1/stat");

    private static final String SEARCH = "command -v \"$1\" >/dev/null || echo missing";

    private final Container container;
    private final LocalConnection local;
    private final Path pidFiles;
    /** The mark of all relays of this session. Each has its own mark too. */
    private final String relays = newMark();

    private final AtomicLong next = new AtomicLong();
    private volatile ExecTool tool;
    private volatile String boot = "";

    private ContainerSession(Container container, LocalConnection local, Path pidFiles) {
        this.container = container;
        this.local = local;
        this.pidFiles = pidFiles;
        this.tool = container.tool();
    }

    static ContainerSession open(Container container, LocalConnection local) throws ConnectionException {
        try {
            return new ContainerSession(
                    container,
                    local,
                    Files.createTempDirectory("atex-" + local.leaseId().orElse("container") + "-"));
        } catch (IOException e) {
            throw new ConnectionException("cannot create a directory for temporary files: " + e.getMessage(), e);
        }
    }

    Container container() {
        return container;
    }

    /** Waits until commands can run and the init system is up. */
    void awaitBoot(Deadline deadline) throws ConnectionException, InterruptedException {
        boot = enter(deadline);
        if (container.boots()) {
            CommandResult state = run(List.of("sh", "-c", AWAIT_INIT), deadline);
            if (!UP.contains(state.stdoutText().strip())) {
                throw new ConnectionException(
                        container + " is not up: " + (state.stdoutText() + " " + state.stderrText()).strip());
            }
        }
    }

    /** If a command has run in a container of this image, a live process 1 is enough, which is seen without a command. */
    private String enter(Deadline deadline) throws ConnectionException, InterruptedException {
        Optional<String> start = container.entered().get() ? tool.start() : Optional.empty();
        if (start.isPresent()) {
            return start.get();
        }
        try {
            String probed = probe(deadline);
            container.entered().set(true);
            return probed;
        } catch (ConnectionException e) {
            container.ensureRunning(deadline);
            return probeAgain(deadline);
        }
    }

    /** Uses the engine where the runtime, called directly, may not enter the container. */
    private String probeAgain(Deadline deadline) throws ConnectionException, InterruptedException {
        tool = container.tool();
        try {
            return probe(deadline);
        } catch (ConnectionException e) {
            if (tool instanceof EngineExec) {
                throw e;
            }
            LOG.log(
                    Level.INFO,
                    () -> container + " does not run commands through its runtime, using the engine: "
                            + e.getMessage());
            tool = new EngineExec(container.engine(), container.id());
            return probe(deadline);
        }
    }

    /** Returns the start time of the container. */
    String probe(Deadline deadline) throws ConnectionException, InterruptedException {
        CommandResult stat = run(PROBE, deadline);
        if (stat.exitCode() != 0) {
            throw new ConnectionException(
                    container + " runs no commands: " + stat.stderrText().strip());
        }
        return InitProcess.startIn(stat.stdoutText());
    }

    /** Returns whether the container has ended or restarted since the connect. */
    boolean isGone(Deadline deadline) throws InterruptedException {
        try {
            return !probe(deadline).equals(boot);
        } catch (ConnectionException e) {
            return true;
        }
    }

    private CommandResult run(List<String> argv, Deadline deadline) throws ConnectionException, InterruptedException {
        Path pidFile = pidFile();
        List<String> whole = new ArrayList<>(tool.prefix(pidFile));
        whole.addAll(argv);
        try {
            return local.run(
                    Command.of(whole).withEnvironment(container.engine().environment()), deadline);
        } finally {
            delete(pidFile);
        }
    }

    RemoteProcess start(Command command) throws ConnectionException, InterruptedException {
        Path pidFile = pidFile();
        ExecTool by = tool;
        String mark = newMark();
        String relayMark = relays + "-" + pidFile.getFileName();
        Map<String, String> environment = new LinkedHashMap<>(command.environment());
        ProcessMarks.add(environment, mark);
        Command marked = command.withEnvironment(environment);
        ExecTool.Line line;
        try {
            line = by.line(pidFile, marked, relays + ":" + relayMark);
        } catch (IOException e) {
            throw new ConnectionException(
                    "cannot write the file that describes a command for " + container + ": " + e.getMessage(), e);
        }
        Command here = new Command(line.argv(), container.engine().environment(), command.stdout(), command.stderr());
        ContainerProcess process = new ContainerProcess(this, local.start(here), by, marked, mark, relayMark, pidFile);
        begin(process, line.input());
        return process;
    }

    /** Sends the variables of the command. */
    private void begin(RemoteProcess process, byte[] input) throws ConnectionException, InterruptedException {
        if (input.length == 0) {
            return;
        }
        try {
            process.stdin().write(input);
            process.stdin().flush();
        } catch (IOException e) {
            if (Thread.interrupted()) {
                process.kill();
                throw new InterruptedException("interrupted while starting a command in " + container);
            }
            // it has ended already; its exit code tells why
        }
    }

    /** Returns whether the container does not have the program of a command. */
    boolean lacks(Command command, Deadline deadline) throws ConnectionException, InterruptedException {
        List<String> search = new ArrayList<>(List.of("env", "--"));
        String path = command.environment().get("PATH");
        if (path != null) {
            search.add("PATH=" + path);
        }
        search.addAll(List.of("/bin/sh", "-c", SEARCH, "sh", command.argv().getFirst()));
        return run(search, deadline).stdoutText().equals("missing\n");
    }

    /** Kills all processes with a mark in the container. */
    void kill(String mark, Deadline deadline) throws ConnectionException, InterruptedException {
        run(ProcessMarks.killer(mark), deadline);
    }

    /** Kills all relays, so that commands see the end of the connection. Returns at once. */
    void endRelays() {
        if (!tool.isDirect()) {
            List<String> exec = new ArrayList<>(List.of("exec", container.id()));
            exec.addAll(ProcessMarks.killer(relays));
            try {
                container.engine().start(exec, Map.of());
            } catch (EngineException e) {
                // without the engine nothing can be killed in the container
            }
        }
    }

    private static String newMark() {
        return "atex-exec-" + UUID.randomUUID();
    }

    private Path pidFile() {
        return pidFiles.resolve(Long.toString(next.incrementAndGet()));
    }

    static void delete(Path pidFile) {
        try {
            Files.deleteIfExists(pidFile);
            Files.deleteIfExists(ExecTool.processFile(pidFile));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + pidFile, e);
        }
    }

    @Override
    public void close() {
        try {
            Trees.delete(pidFiles);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + pidFiles, e);
        }
    }
}
