package dev.atex.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Does what users do, once, so that the JVM can store the classes it needed in an AOT cache. Run by the build:
 * {@code Train EXAMPLES SCRATCH}.
 */
public final class Train {
    private Train() {}

    /** Runs the training; what commands print is only shown when one fails. */
    public static void main(String[] args) {
        train("--version");
        train("--help");
        train("discover", "--root", args[0]);
        train("discover", "--root", args[0], "--plan", "/plans/quick", "-c", "shell=bash");
        train("show", "--root", args[0], "-t", "/basics/");
        System.exit(0);
    }

    private static void train(String... args) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(output, false, StandardCharsets.UTF_8);
        int code = Cli.run(new Terminal(stream, stream, Map.of(), false), args);
        if (code != ExitCode.OK) {
            System.err.println("atex " + String.join(" ", args) + ": exit code " + code + "\n"
                    + output.toString(StandardCharsets.UTF_8));
            System.exit(1);
        }
    }
}
