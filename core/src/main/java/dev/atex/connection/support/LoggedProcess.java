package dev.atex.connection.support;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Exit;
import dev.atex.connection.RemoteProcess;
import dev.atex.internal.text.Cut;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * Logs the start and the end of a command on a machine, and a connection that is lost meanwhile. Logs program and arguments,
 * of a script its first line, never variables.
 */
public final class LoggedProcess extends ForwardingProcess {
    private static final Logger LOG = System.getLogger("dev.atex.connection");
    private static final int LONGEST = 200;

    private final String machine;
    private final Command command;
    private final long start = System.nanoTime();
    private final AtomicBoolean ended = new AtomicBoolean();

    /**
     * Logs the start of a command.
     *
     * @param machine name of the machine
     * @param process the command, which was just started
     */
    public LoggedProcess(String machine, Command command, RemoteProcess process) {
        super(process);
        this.machine = machine;
        this.command = command;
        LOG.log(Level.DEBUG, () -> machine + ": started: " + text(command));
    }

    /** Returns the program and its arguments, each up to the end of its first line, and not more than 200 characters. */
    static String text(Command command) {
        String words = command.argv().stream()
                .map(word -> word.lines().findFirst().orElse("")
                        + (word.lines().skip(1).findAny().isPresent() ? " …" : ""))
                .collect(Collectors.joining(" "));
        return Cut.start(words, LONGEST, "…");
    }

    @Override
    public Exit await(Deadline deadline) throws InterruptedException {
        Exit exit = client().await(deadline);
        if (!(exit instanceof Exit.StillRunning) && ended.compareAndSet(false, true)) {
            log(exit);
        }
        return exit;
    }

    private void log(Exit exit) {
        if (exit instanceof Exit.TransportLost(var why)) {
            LOG.log(
                    Level.INFO,
                    () -> machine + ": connection lost during '" + text(command) + "': " + why.getMessage());
        } else {
            LOG.log(Level.DEBUG, () -> machine + ": " + text(exit) + after() + ": " + text(command));
        }
    }

    private static String text(Exit exit) {
        return switch (exit) {
            case Exit.Code(int value) -> "exit code " + value;
            case Exit.Signal(int number) -> "killed by signal " + number;
            case Exit.TransportLost _ -> "connection lost";
            case Exit.StillRunning _ -> "still running";
        };
    }

    private String after() {
        return " after " + Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms";
    }

    @Override
    public void close() {
        client().close();
    }

    @Override
    public void kill() {
        if (!ended.get()) {
            LOG.log(Level.DEBUG, () -> machine + ": killed" + after() + ": " + text(command));
        }
        client().kill();
    }
}
