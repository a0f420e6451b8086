package dev.atex.system;

import dev.atex.cli.Cli;
import dev.atex.cli.command.Terminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The packaged command, one call after the other in one JVM, for calls that are not to be killed: starting a JVM takes more time
 * than they do. A line of input is the file for the output and the arguments, separated by tabs; the answer is the exit code.
 */
final class CommandLoop {
    private CommandLoop() {}

    public static void main(String[] none) throws IOException {
        BufferedReader calls = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String call = calls.readLine(); call != null; call = calls.readLine()) {
            String[] words = call.split("\t");
            try (PrintStream output = new PrintStream(Path.of(words[0]).toFile(), StandardCharsets.UTF_8)) {
                Terminal terminal = new Terminal(output, output, System.getenv(), false);
                System.out.println(Cli.run(terminal, Arrays.copyOfRange(words, 1, words.length)));
            }
        }
    }
}
