package dev.atex.cli.view;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A terminal of endless height that understands what the screen sends, and fails on anything else. */
final class FakeTerminal extends OutputStream {
    private static final Pattern ESCAPE = Pattern.compile("\u001b\\[([0-9;]*)([A-Za-z])");

    /** What the terminal showed after each write. */
    final LinkedBlockingQueue<List<String>> frames = new LinkedBlockingQueue<>();

    private final List<StringBuilder> rows = new ArrayList<>(List.of(new StringBuilder()));
    private int row;
    private int column;

    PrintStream stream() {
        return new PrintStream(this, false, StandardCharsets.UTF_8);
    }

    /** All rows, but for empty ones below the cursor. */
    List<String> shown() {
        int last = rows.size();
        while (last > row + 1 && rows.get(last - 1).isEmpty()) {
            last--;
        }
        return rows.subList(0, last).stream().map(StringBuilder::toString).toList();
    }

    @Override
    public void write(int b) {
        throw new AssertionError("the screen writes whole frames");
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
        Matcher escape = ESCAPE.matcher(text);
        for (int i = 0; i < text.length(); ) {
            char c = text.charAt(i);
            if (c == 0x1b) {
                if (!escape.find(i) || escape.start() != i) {
                    throw new AssertionError("unknown escape sequence: " + Printable.line(text.substring(i)));
                }
                control(escape.group(1), escape.group(2).charAt(0));
                i = escape.end();
                continue;
            }
            put(c);
            i++;
        }
        frames.add(shown());
    }

    private void control(String arguments, char command) {
        switch (command) {
            case 'A' -> row = Math.max(0, row - Integer.parseInt(arguments));
            case 'J' -> {
                rows.get(row).setLength(Math.min(column, rows.get(row).length()));
                while (rows.size() > row + 1) {
                    rows.removeLast();
                }
            }
            case 'K' -> rows.get(row).setLength(Math.min(column, rows.get(row).length()));
            case 'm' -> {}
            default -> throw new AssertionError("unknown control " + command);
        }
    }

    private void put(char c) {
        switch (c) {
            case '\r' -> column = 0;
            case '\n' -> {
                row++;
                column = 0;
                if (row == rows.size()) {
                    rows.add(new StringBuilder());
                }
            }
            default -> {
                StringBuilder line = rows.get(row);
                while (line.length() <= column) {
                    line.append(' ');
                }
                line.setCharAt(column++, c);
            }
        }
    }
}
