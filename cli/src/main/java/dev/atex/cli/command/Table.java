package dev.atex.cli.command;

import dev.atex.cli.view.Columns;
import java.util.List;

/** A table of text in columns. */
public final class Table {
    private Table() {}

    /** Prints lines of cells; the first line has the titles. Cells are printed as they are. */
    public static void print(List<List<String>> lines, Terminal terminal) {
        int columns = lines.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> line : lines) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], Columns.width(line.get(i)));
            }
        }
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                text.append(i == columns - 1 ? line.get(i) : Columns.pad(line.get(i), widths[i]) + "  ");
            }
            terminal.out().println(text);
        }
    }
}
