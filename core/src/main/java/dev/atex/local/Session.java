package dev.atex.local;

import dev.atex.concurrent.Deadline;
import dev.atex.concurrent.ProcessLauncher;
import dev.atex.connection.Command;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Output;
import dev.atex.internal.concurrent.ProcessMarks;
import dev.atex.internal.concurrent.ProgramCall;
import dev.atex.internal.files.FileProblems;
import dev.atex.local.process.Containment;
import dev.atex.local.process.Means;
import dev.atex.local.process.Processes;
import dev.atex.local.process.Programs;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** One session of a {@link LocalConnection}, from connect to disconnect. Starting commands is thread-safe. */
final class Session {
    private static final Path SETSID = Programs.find("setsid").orElse(Path.of("/usr/bin/setsid"));
    /** Set for commands on this host, which must not reboot it. Commands on other machines do not inherit it. */
    private static final String THIS_HOST = "ATEX_THIS_HOST";

    private static final Duration HELPER = Duration.ofSeconds(30);

    private final Set<LocalProcess> running = ConcurrentHashMap.newKeySet();
    private final Containment containment;
    private final FifoPool fifos;

    private volatile boolean ending;

    private Session(Containment containment) {
        this.containment = containment;
        this.fifos = new FifoPool("atex-" + containment.id() + "-", this::runHelper);
    }

    /**
     * Opens a session.
     *
     * @param means means of containment; empty for the best available one
     */
    static Session open(String id, Optional<Means> means, Deadline deadline)
            throws ConnectionException, InterruptedException {
        if (means.isPresent()) {
            try {
                return open(Containment.open(id, means.get(), deadline), deadline);
            } catch (ConnectionException e) {
                throw new ConnectionException(
                        "processes on this host cannot be contained by "
                                + means.get().description() + ": " + e.getMessage()
                                + ". Let atex choose the means (contain=auto), or see docs/commands.md",
                        e);
            }
        }
        ConnectionException failure = new ConnectionException("cannot run commands on this host");
        for (Means candidate : Containment.candidates()) {
            try {
                return open(Containment.open(id, candidate, deadline), deadline);
            } catch (ConnectionException e) {
                // for example, a control group that cannot be entered: try the next means
                e.addSuppressed(failure);
                failure = e;
            }
        }
        throw failure;
    }

    /** Opens a session whose commands have only the mark in their environment. */
    static Session marked(String id, Deadline deadline) throws ConnectionException, InterruptedException {
        return open(Containment.markOnly(id), deadline);
    }

    private static Session open(Containment containment, Deadline deadline)
            throws ConnectionException, InterruptedException {
        Session session = new Session(containment);
        try {
            session.fifos.fill();
            return session;
        } catch (IOException e) {
            session.endAfter(e, deadline);
            throw new ConnectionException("cannot run commands on this host: " + FileProblems.of(e), e);
        } catch (InterruptedException e) {
            session.endAfter(e, deadline);
            throw e;
        }
    }

    private void endAfter(Exception failure, Deadline deadline) throws InterruptedException {
        try {
            end(deadline);
        } catch (ConnectionException e) {
            failure.addSuppressed(e);
        }
    }

    LocalProcess start(Command command) throws ConnectionException, InterruptedException {
        try (Ends ends = new Ends()) {
            ProcessBuilder builder = builder(command.argv(), command.environment());
            LocalProcess process = ends.start(builder, command);
            running.add(process);
            process.whenEnded(() -> running.remove(process));
            return process;
        } catch (IOException | IllegalArgumentException e) {
            throw new ConnectionException(
                    "cannot start '" + command.argv().getFirst() + "' on this host: " + e.getMessage(), e);
        }
    }

    private ProcessBuilder builder(List<String> argv, Map<String, String> variables) throws IOException {
        for (String argument : argv) {
            CommandEncoding.check(argument);
        }
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            CommandEncoding.check(variable.getKey());
            CommandEncoding.check(variable.getValue());
        }
        ProcessBuilder builder = new ProcessBuilder();
        Map<String, String> environment = builder.environment();
        CommandEncoding.restoreLocale(environment);
        ProcessMarks.putAll(environment, variables);
        environment.put(THIS_HOST, "1");
        containment.mark(environment);
        List<String> inSession = new ArrayList<>(List.of(SETSID.toString(), "--"));
        inSession.addAll(containment.inside(argv, environment));
        return builder.command(containment.enter(inSession, environment));
    }

    private void runHelper(List<String> argv) throws IOException, InterruptedException {
        ProgramCall helper = ProgramCall.start(builder(argv, Map.of()).redirectErrorStream(true));
        try {
            ProgramCall.Result result = helper.await(Deadline.after(HELPER))
                    .orElseThrow(() -> new IOException("'" + argv.getFirst() + "' did not end within " + HELPER));
            if (result.exitCode() != 0) {
                throw new IOException("'" + argv.getFirst() + "' ended with " + result.exitCode() + ": "
                        + result.out().strip());
            }
        } finally {
            helper.kill();
        }
    }

    /** Returns the means of containment. */
    Means means() {
        return containment.means();
    }

    /** Returns whether {@link #end} was called, even if it failed: no command may start any more. */
    boolean isEnding() {
        return ending;
    }

    /** Ends all processes. After a failure, call it again to retry. */
    void end(Deadline deadline) throws ConnectionException, InterruptedException {
        ending = true;
        ConnectionException why = new ConnectionException("the connection to this host was closed");
        running.forEach(process -> process.abandon(why));
        List<ProcessHandle> left = containment.killAll(deadline);
        if (!left.isEmpty()) {
            throw new ConnectionException("these processes on this host do not end: " + Processes.text(left));
        }
        try {
            containment.remove(deadline);
            fifos.close();
        } catch (IOException e) {
            throw new ConnectionException("cannot clean up on this host: " + FileProblems.of(e), e);
        }
    }

    /** The pipes between us and a command that is being started. */
    private final class Ends implements AutoCloseable {
        private final List<Fifo> held = new ArrayList<>();
        private final Map<Output.AppendTo, Fifo> recorded = new HashMap<>();
        private final List<Closeable> opened = new ArrayList<>();

        LocalProcess start(ProcessBuilder builder, Command command) throws IOException, InterruptedException {
            Fifo stdin = take();
            builder.redirectInput(stdin.path().toFile());
            Optional<Fifo> stdout = redirect(command.stdout(), builder::redirectOutput);
            Optional<Fifo> stderr = redirect(command.stderr(), builder::redirectError);
            Process process = ProcessLauncher.start(builder);
            boolean whole = false;
            try {
                OutputStream toStdin = new PipeOutput(open(stdin, StandardOpenOption.WRITE));
                InputStream fromStdout = input(stdout);
                InputStream fromStderr = input(stderr);
                List<Recording> recordings = record();
                whole = true;
                return new LocalProcess(process, toStdin, fromStdout, fromStderr, recordings);
            } finally {
                if (!whole) { // out of descriptors, or the file cannot be created
                    process.destroyForcibly();
                    for (Closeable each : opened) {
                        each.close();
                    }
                }
            }
        }

        private Fifo take() throws IOException, InterruptedException {
            Fifo fifo = fifos.take();
            held.add(fifo);
            return fifo;
        }

        /** The pipe that the caller reads. */
        private Optional<Fifo> redirect(Output output, Consumer<ProcessBuilder.Redirect> to)
                throws IOException, InterruptedException {
            switch (output) {
                case Output.Pipe() -> {
                    Fifo fifo = take();
                    to.accept(ProcessBuilder.Redirect.to(fifo.path().toFile()));
                    return Optional.of(fifo);
                }
                case Output.Discard() -> to.accept(ProcessBuilder.Redirect.DISCARD);
                case Output.AppendTo file -> {
                    Fifo fifo = recorded.get(file);
                    if (fifo == null) {
                        fifo = take();
                        recorded.put(file, fifo);
                    }
                    to.accept(ProcessBuilder.Redirect.to(fifo.path().toFile()));
                }
            }
            return Optional.empty();
        }

        private List<Recording> record() throws IOException {
            List<Recording> recordings = new ArrayList<>();
            for (Map.Entry<Output.AppendTo, Fifo> each : recorded.entrySet()) {
                Recording recording = Recording.start(each.getValue(), each.getKey());
                opened.add(recording);
                recordings.add(recording);
            }
            return recordings;
        }

        private InputStream input(Optional<Fifo> fifo) throws IOException {
            return fifo.isEmpty()
                    ? InputStream.nullInputStream()
                    : new PipeInput(open(fifo.get(), StandardOpenOption.READ));
        }

        private FileChannel open(Fifo fifo, StandardOpenOption direction) throws IOException {
            FileChannel channel = fifo.end(direction);
            opened.add(channel);
            return channel;
        }

        @Override
        public void close() throws IOException {
            for (Fifo fifo : held) {
                fifo.close();
            }
        }
    }
}
