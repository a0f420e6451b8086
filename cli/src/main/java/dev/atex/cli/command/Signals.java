package dev.atex.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What signals mean to a run: the first of INT, TERM and HUP asks it to end, the second to hurry, the third ends the
 * process at once. Thread-safe.
 */
public final class Signals implements AutoCloseable {
    private static final List<String> ENDING = List.of("INT", "TERM", "HUP");
    private static final int HURRIED = 2;
    private static final int AT_ONCE = 3;

    private final IntConsumer exit;
    private final List<Runnable> restore = new ArrayList<>();
    /** Signals that came before {@link #tell}. */
    private final List<String> early = new ArrayList<>();

    private @Nullable Consumer<String> interrupt;
    private int received;
    private int code;

    Signals(IntConsumer exit) {
        this.exit = exit;
    }

    /**
     * Takes the signals over from here on; before anything is made that a signal must not leave behind.
     *
     * @param resized called when the terminal has another size
     * @param lastly called before the third signal ends the process
     */
    public static Signals handle(Runnable resized, Runnable lastly) {
        Signals signals = new Signals(code -> {
            try {
                lastly.run();
            } finally {
                Runtime.getRuntime().halt(code);
            }
        });
        for (String name : ENDING) {
            signals.restore.add(OsSignals.handle(name, number -> signals.received("SIG" + name, 128 + number)));
        }
        signals.restore.add(OsSignals.handle("WINCH", number -> resized.run()));
        return signals;
    }

    /**
     * Says who is told the names, {@code "SIGINT"}, of the first and of the second signal; at once of what has come already.
     * Called once.
     */
    public void tell(Consumer<String> interrupted) {
        List<String> told;
        synchronized (this) {
            interrupt = interrupted;
            told = List.copyOf(early);
        }
        told.forEach(interrupted);
    }

    public void received(String name, int exitCode) {
        int count;
        Consumer<String> told;
        synchronized (this) {
            count = ++received;
            if (count == 1) {
                code = exitCode;
            }
            told = interrupt;
            if (told == null) {
                early.add(name);
            }
        }
        if (count >= AT_ONCE) {
            exit.accept(exitCode());
        } else if (told != null) {
            told.accept(name);
        }
    }

    /** Returns 128 plus the number of the first signal, if there was one. */
    public synchronized OptionalInt received() {
        return received == 0 ? OptionalInt.empty() : OptionalInt.of(code);
    }

    /** Returns whether there was a second signal. */
    public synchronized boolean isHurried() {
        return received >= HURRIED;
    }

    private int exitCode() {
        return received().orElse(ExitCode.INTERRUPTED);
    }

    /** Restores the handlers that signals had before. */
    @Override
    public void close() {
        restore.forEach(Runnable::run);
    }
}
