package dev.atex.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Runs scenarios, each in a separate JVM, and prints one table. */
public final class Bench {
    private Bench() {}

    /** Runs the scenarios that are named, or all of them; {@link #usage()} describes the arguments. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        boolean markdown = false;
        Set<Scenario> chosen = new LinkedHashSet<>();
        for (String argument : arguments) {
            if (argument.equals("--help")) {
                System.out.print(usage());
                return;
            } else if (argument.equals("--markdown")) {
                markdown = true;
            } else {
                List<Scenario> named = Scenario.named(argument);
                if (named.isEmpty()) {
                    System.err.print("bench: unknown scenario '" + argument + "'\n\n" + usage());
                    System.exit(2);
                }
                chosen.addAll(named);
            }
        }
        if (chosen.isEmpty()) {
            chosen.addAll(List.of(Scenario.values()));
        }
        String host = HostLine.text();
        List<Row> rows = new ArrayList<>();
        for (Scenario scenario : chosen) {
            System.err.println("bench: " + scenario.label() + " (" + scenario.about() + ")");
            Jvm.run(scenario.flags(), scenario.program(), List.of(scenario.argument())).stream()
                    .filter(Row::isRow)
                    .map(Row::parse)
                    .forEach(rows::add);
        }
        System.out.println(host);
        System.out.println();
        System.out.print(markdown ? markdown(rows) : plain(rows));
    }

    private static String usage() {
        return """
                Usage: bench/run [--markdown] [SCENARIO...]

                Runs benchmarks and prints one table: the named scenarios, or all of them. A prefix of a name is enough.
                Each figure is next to a lower bound: a minimal program with the same task, measured in the same run.
                Figures are medians, with minimum and maximum in parentheses.

                  --markdown   print the table as Markdown
                  --help       print this help

                Scenarios:
                """
                + Arrays.stream(Scenario.values())
                        .map(each -> String.format("  %-15s %s%n", each.label(), each.about()))
                        .collect(Collectors.joining());
    }

    private static String markdown(List<Row> rows) {
        StringBuilder text = new StringBuilder(markdown(Row.TITLES)).append("| --- | --- | --- | --- | --- |\n");
        rows.forEach(row -> text.append(markdown(row)));
        return text.toString();
    }

    private static String markdown(Row row) {
        return row.cells().stream()
                .map(cell -> cell.replace("|", "\\|"))
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    private static String plain(List<Row> rows) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(Row.TITLES.cells());
        rows.forEach(row -> lines.add(row.cells()));
        int[] widths = IntStream.range(0, Row.TITLES.cells().size())
                .map(column -> lines.stream()
                        .mapToInt(line -> line.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        StringBuilder text = new StringBuilder();
        for (List<String> line : lines) {
            StringBuilder padded = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String cell = line.get(column);
                padded.append(cell).append(" ".repeat(widths[column] - cell.length() + 2));
            }
            text.append(padded.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
