package dev.atex.cli;

import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.log.ProcessLog;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Does what users do, once, so that the JVM can store the classes it needed in an AOT cache. Run by the build:
 * {@code AotTraining EXAMPLES SCRATCH}.
 */
public final class AotTraining {
    private static String scratch = "/";

    private AotTraining() {}

    /** Runs the training. The output of a command is printed only if it fails. */
    public static void main(String[] args) {
        scratch = args[1];
        ProcessLog.begin();
        train("--version");
        train("--help");
        train("discover", "--root", args[0]);
        train("discover", "--root", args[0], "--plan", "/plans/quick", "-c", "shell=bash");
        train("show", "--root", args[0], "-t", "/basics/");
        train("plans", "--root", args[0]);
        train("fmf", "ls", "--path", args[0], "--filter", "tag: quick");
        train("fmf", "show", "--path", args[0], "--whole");
        run(
                "--root",
                args[0],
                "--plan",
                "/plans/all",
                "--provision",
                "local",
                "-t",
                "/basics/(pass|tty)$",
                "--output",
                args[1] + "/run");
        System.exit(0);
    }

    /** Trains {@code atex run}. If tests cannot run on this machine, {@code atex run} just starts a bit slower. */
    private static void run(String... args) {
        List<String> command = new ArrayList<>(List.of("run"));
        command.addAll(List.of(args));
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        int code = call(output, command.toArray(String[]::new));
        if (code != ExitCode.OK) {
            System.err.println("not trained: " + output.toString(StandardCharsets.UTF_8));
        }
    }

    private static int call(ByteArrayOutputStream output, String... args) {
        PrintStream stream = new PrintStream(output, false, StandardCharsets.UTF_8);
        return Cli.run(new Terminal(stream, stream, Map.of("XDG_STATE_HOME", scratch), false), args);
    }

    private static void train(String... args) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        int code = call(output, args);
        if (code != ExitCode.OK) {
            System.err.println("atex " + String.join(" ", args) + ": exit code " + code + "\n"
                    + output.toString(StandardCharsets.UTF_8));
            System.exit(1);
        }
    }
}
