package dev.atex.cli.state;

import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Signals;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.view.Printable;
import dev.atex.lease.ledger.Guard;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Optional;
import java.util.OptionalInt;

/** Work of a command that is not a run, with leases like a run's. Signals interrupt it. */
public final class LeasedTask {
    private final Terminal terminal;
    private final String id;
    private final RunLeases leases;

    public LeasedTask(Terminal terminal) {
        this.terminal = terminal;
        id = RunDirectory.forRun(Optional.empty(), LocalDateTime.now(ZoneId.systemDefault()))
                .id();
        leases = new RunLeases(terminal.environment(), id, Guard.LIMIT);
    }

    /** The work itself; returns the exit code. */
    @FunctionalInterface
    public interface Body {
        int run() throws UsageException, InterruptedException;
    }

    /** Returns the id that stands for that of a run. */
    public String id() {
        return id;
    }

    public RunLeases leases() {
        return leases;
    }

    /**
     * Does it, interrupted by signals, and tells the exit code: that of a signal, else that something is left, else its own.
     *
     * @param resized called when the terminal has another size
     * @param lastly called before the third signal ends the process
     */
    public int run(Runnable resized, Runnable lastly, Body body) throws UsageException {
        Thread caller = Thread.currentThread();
        OptionalInt signal;
        Optional<String> left;
        int code;
        try (Signals signals = Signals.handle(resized, lastly)) {
            signals.tell(name -> caller.interrupt());
            try {
                leases.open(Path.of(""));
                code = body.run();
            } catch (InterruptedException e) {
                code = ExitCode.INTERRUPTED;
            }
            boolean _ = Thread.interrupted();
            signal = signals.received();
        } finally {
            left = leases.close();
            left.ifPresent(problem -> terminal.err().println("atex: " + Printable.lines(problem)));
        }
        return signal.isPresent() ? signal.getAsInt() : left.isPresent() ? ExitCode.INFRASTRUCTURE : code;
    }
}
