package dev.atex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HelpTest {
    static Stream<List<String>> commands() {
        return Commands.NAMES.stream().flatMap(name -> {
            List<Command> below = Commands.find(name).orElseThrow().subcommands();
            return below.isEmpty()
                    ? Stream.of(List.of(name))
                    : Stream.concat(Stream.of(List.of(name)), below.stream().map(each -> List.of(name, each.name())));
        });
    }

    private static String help(List<String> command, int columns) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        Terminal terminal = new Terminal(
                stream, stream, Map.of("COLUMNS", Integer.toString(columns), "NO_COLOR", "1"), columns < 100);
        String[] arguments =
                Stream.concat(command.stream(), Stream.of("--help")).toArray(String[]::new);
        assertThat(Cli.run(terminal, arguments)).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void examplesAreIndentedAtAnyWidth(List<String> command) {
        for (int columns : List.of(60, 80, 100)) {
            String help = help(command, columns);
            List<String> examples = help.lines()
                    .dropWhile(line -> !line.matches("Examples?:"))
                    .skip(1)
                    .takeWhile(line -> !line.isEmpty())
                    .toList();
            assertThat(examples).as(help).allSatisfy(line -> assertThat(line).startsWith("  "));
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void examplesFitIntoLinesOfFiles(List<String> command) {
        assertThat(help(command, 100).lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    }
}
