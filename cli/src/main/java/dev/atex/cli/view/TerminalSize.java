package dev.atex.cli.view;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.ProgramCall;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The size of a terminal.
 *
 * @param rows at least 1
 * @param columns at least 1
 */
public record TerminalSize(int rows, int columns) {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final TerminalSize USUAL = new TerminalSize(24, 80);

    /**
     * Asks {@code stty} about the controlling terminal; where that does not know, {@code $LINES} and {@code $COLUMNS},
     * else 24 rows of 80 columns.
     */
    public static TerminalSize ask(Map<String, String> environment) throws InterruptedException {
        return stty().orElseGet(() -> new TerminalSize(
                positive(environment.get("LINES"), USUAL.rows), positive(environment.get("COLUMNS"), USUAL.columns)));
    }

    private static Optional<TerminalSize> stty() throws InterruptedException {
        try {
            ProgramCall stty = ProgramCall.start(new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD));
            try {
                return stty.await(Deadline.after(PATIENCE)).flatMap(answer -> parse(answer.out()));
            } finally {
                stty.kill();
            }
        } catch (IOException e) {
            return Optional.empty(); // no controlling terminal, or no stty
        }
    }

    /** The answer of {@code stty size}: {@code "24 80\n"}. A terminal that does not know its size says 0. */
    static Optional<TerminalSize> parse(String answer) {
        String[] words = answer.strip().split(" ");
        int rows = positive(words[0], 0);
        int columns = words.length == 2 ? positive(words[1], 0) : 0;
        return rows > 0 && columns > 0 ? Optional.of(new TerminalSize(rows, columns)) : Optional.empty();
    }

    private static int positive(@org.jspecify.annotations.Nullable String text, int otherwise) {
        try {
            int value = text == null ? 0 : Integer.parseInt(text);
            return value > 0 ? value : otherwise;
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
