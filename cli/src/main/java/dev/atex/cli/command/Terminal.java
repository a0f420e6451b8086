package dev.atex.cli.command;

import dev.atex.cli.view.Printable;
import dev.atex.cli.view.PrintableStream;
import dev.atex.cli.view.RunDisplay;
import dev.atex.cli.view.Style;
import dev.atex.internal.files.NonClosingStream;
import dev.atex.internal.json.Json;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The environment of a command: its output streams and variables.
 *
 * @param out standard output
 * @param err standard error
 * @param environment variables of this process
 * @param interactive whether {@code out} is a terminal that can move its cursor
 */
public record Terminal(PrintStream out, PrintStream err, Map<String, String> environment, boolean interactive) {

    /** Returns the terminal of this process. Output is UTF-8 in any locale, as names of tests and files are. */
    public static Terminal ofProcess() {
        Map<String, String> environment = System.getenv();
        return new Terminal(
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                environment,
                isTerminal() && !"dumb".equals(environment.get("TERM")));
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /** Returns whether the launcher has found a terminal; without the launcher, output is plain. */
    private static boolean isTerminal() {
        return Boolean.getBoolean("atex.tty");
    }

    /** Returns whether standard error is shown on the same terminal as {@code out}. */
    public boolean showsErrors() {
        try {
            return interactive
                    && Files.readSymbolicLink(Path.of("/proc/self/fd/1"))
                            .equals(Files.readSymbolicLink(Path.of("/proc/self/fd/2")));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Returns text of unknown origin: escaped for a terminal, unchanged for a file or program. */
    public String shown(String text) {
        return interactive ? Printable.line(text) : text;
    }

    /** Prints texts of unknown origin, one per line. */
    public void lines(Collection<String> texts) {
        StringBuilder lines = new StringBuilder();
        texts.forEach(text -> lines.append(shown(text)).append('\n'));
        out.print(lines);
    }

    /** Returns text of unknown origin that may have several lines. */
    public String shownLines(String text) {
        return interactive ? Printable.lines(text) : text;
    }

    /** Prints a value as JSON, on one line. */
    public void json(@Nullable Object value) {
        String text = Json.write(value);
        boolean half = !StandardCharsets.UTF_8.newEncoder().canEncode(text);
        out.println(interactive || half ? Printable.json(text) : text);
    }

    /** Returns a stream for output of unknown origin. Closing it leaves standard output open. */
    public OutputStream foreign() {
        return interactive ? new PrintableStream(out) : new NonClosingStream(out);
    }

    /** Returns whether to use colors: on a terminal, unless {@code NO_COLOR} is set (see no-color.org). */
    public boolean colors() {
        return interactive && environment.getOrDefault("NO_COLOR", "").isEmpty();
    }

    /** Returns the style of texts about runs. */
    public Style style() {
        return colors() ? Style.COLORED : Style.PLAIN;
    }

    /** Returns a new display for a run. */
    public RunDisplay display() {
        return interactive ? RunDisplay.live(out, style(), environment) : RunDisplay.plain(out);
    }
}
