package dev.atex.executor.fmf.control;

/** Is told, by the thread that reads the control stream, what the test asks of its time limit. */
@FunctionalInterface
public interface DurationListener {

    /**
     * Takes a {@code duration} word.
     *
     * @throws IllegalStateException it makes no sense now ({@code restore} without {@code save}); the message becomes the
     *     reason of the test's {@code BadControlError}
     */
    void changed(DurationWord word);
}
