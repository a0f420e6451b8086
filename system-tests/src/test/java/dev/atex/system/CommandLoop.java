package dev.atex.system;

import dev.atex.cli.Cli;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.log.ProcessLog;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Runs the packaged command again and again in this JVM, for {@link SharedJvm}. Each line of input is a call: the files for
 * standard output and standard error, and the arguments, separated by tabs and encoded as in URLs. The answer is a line with
 * the exit code.
 */
final class CommandLoop {
    private CommandLoop() {}

    public static void main(String[] none) throws IOException {
        ProcessLog.begin();
        BufferedReader calls = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String call = calls.readLine(); call != null; call = calls.readLine()) {
            String[] words = Arrays.stream(call.split("\t", -1))
                    .map(word -> URLDecoder.decode(word, StandardCharsets.UTF_8))
                    .toArray(String[]::new);
            int code;
            try (PrintStream out = new PrintStream(Path.of(words[0]).toFile(), StandardCharsets.UTF_8);
                    PrintStream err = words[1].equals(words[0])
                            ? out
                            : new PrintStream(Path.of(words[1]).toFile(), StandardCharsets.UTF_8)) {
                Terminal terminal = new Terminal(out, err, System.getenv(), false);
                code = Cli.run(terminal, Arrays.copyOfRange(words, 2, words.length));
            }
            System.out.println(code);
        }
    }
}
