package dev.atex.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * What signals mean to a run: the first of INT, TERM and HUP asks it to end, the second to hurry, the third ends the
 * process at once. Thread-safe.
 */
final class Signals implements AutoCloseable {
    private static final List<String> ENDING = List.of("INT", "TERM", "HUP");
    private static final int AT_ONCE = 3;

    private final Consumer<String> interrupt;
    private final IntConsumer exit;
    private final List<Runnable> restore = new ArrayList<>();
    private int received;
    private int code;

    Signals(Consumer<String> interrupt, IntConsumer exit) {
        this.interrupt = interrupt;
        this.exit = exit;
    }

    /**
     * Takes the signals over from here on.
     *
     * @param interrupt is told the name, {@code "SIGINT"}, of the first and of the second signal
     * @param resized called when the terminal has another size
     */
    static Signals handle(Consumer<String> interrupt, Runnable resized) {
        Signals signals = new Signals(interrupt, code -> Runtime.getRuntime().halt(code));
        for (String name : ENDING) {
            signals.restore.add(OsSignals.handle(name, number -> signals.received("SIG" + name, 128 + number)));
        }
        signals.restore.add(OsSignals.handle("WINCH", number -> resized.run()));
        return signals;
    }

    void received(String name, int exitCode) {
        int count;
        synchronized (this) {
            count = ++received;
            if (count == 1) {
                code = exitCode;
            }
        }
        if (count >= AT_ONCE) {
            exit.accept(exitCode());
        } else {
            interrupt.accept(name);
        }
    }

    /** 128 and the number of the first signal, if there was one. */
    synchronized OptionalInt received() {
        return received == 0 ? OptionalInt.empty() : OptionalInt.of(code);
    }

    private int exitCode() {
        return received().orElse(ExitCode.INTERRUPTED);
    }

    /** Lets go of the signals: they do what they did before. */
    @Override
    public void close() {
        restore.forEach(Runnable::run);
    }
}
