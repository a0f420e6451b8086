package dev.atex.cli.command;

import dev.atex.cli.view.Printable;
import dev.atex.cli.view.PrintableStream;
import dev.atex.cli.view.RunDisplay;
import dev.atex.cli.view.Style;
import dev.atex.internal.json.Json;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
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
 * Where a command runs: its output streams and what is known about them.
 *
 * @param out standard output
 * @param err standard error
 * @param environment variables of this process
 * @param interactive whether {@code out} is a terminal that can move its cursor
 */
public record Terminal(PrintStream out, PrintStream err, Map<String, String> environment, boolean interactive) {

    /** The one of this process. Output is UTF-8 whatever the locale says: names of tests and files are. */
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

    /** The launcher knows at no cost; without it output is plain, as for a file. */
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

    /** Text of unknown origin: escaped for a terminal, as it is for a program that reads it. */
    public String shown(String text) {
        return interactive ? Printable.line(text) : text;
    }

    /** Prints texts of unknown origin, one a line. */
    public void lines(Collection<String> texts) {
        StringBuilder lines = new StringBuilder();
        texts.forEach(text -> lines.append(shown(text)).append('\n'));
        out.print(lines);
    }

    /** The same for text of several lines. */
    public String shownLines(String text) {
        return interactive ? Printable.lines(text) : text;
    }

    /** Prints a value as JSON, on one line. */
    public void json(@Nullable Object value) {
        String text = Json.write(value);
        boolean half = !StandardCharsets.UTF_8.newEncoder().canEncode(text);
        out.println(interactive || half ? Printable.json(text) : text);
    }

    /** Where to copy what comes from elsewhere: to be closed, which leaves this open. */
    public OutputStream foreign() {
        return interactive ? new PrintableStream(out) : new Unclosed(out);
    }

    private static final class Unclosed extends FilterOutputStream {
        Unclosed(PrintStream to) {
            super(to);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }

    /** Whether colours are wanted: on a terminal, unless {@code NO_COLOR} is set (see no-color.org). */
    public boolean colours() {
        return interactive && environment.getOrDefault("NO_COLOR", "").isEmpty();
    }

    /** How texts about runs look here. */
    public Style style() {
        return colours() ? Style.COLOURED : Style.PLAIN;
    }

    /** What shows a run here. */
    public RunDisplay display() {
        return interactive ? RunDisplay.live(out, style(), environment) : RunDisplay.plain(out);
    }
}
