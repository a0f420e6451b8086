package dev.atex.podman.connection;

import dev.atex.connection.Command;
import dev.atex.connection.support.ShellVariables;
import dev.atex.internal.concurrent.ProcessMarks;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs commands through the program {@code env} in a container. */
final class EnvProgram {
    private EnvProgram() {}

    /**
     * Returns the command as arguments of {@code env}. If the program cannot be started, {@code env} exits like a shell; engines
     * and runtimes each have exit codes of their own. Variables go through standard input, except the mark: it is no secret, and
     * must be set from the beginning.
     */
    static ExecTool.Line around(Command command) {
        Map<String, String> others = new LinkedHashMap<>(command.environment());
        String mark = others.remove(ProcessMarks.VARIABLE);
        List<String> argv = starting(command.argv());
        byte[] input = {};
        if (!others.isEmpty()) {
            input = ShellVariables.around(command.withEnvironment(others)).getBytes(StandardCharsets.UTF_8);
            argv = starting(ShellVariables.reader(input.length));
        }
        if (mark != null) {
            argv.add(2, ProcessMarks.VARIABLE + "=" + mark);
        }
        return new ExecTool.Line(argv, input);
    }

    /** Returns a command as arguments of {@code env} without variables. */
    static List<String> starting(List<String> command) {
        List<String> argv = new ArrayList<>(List.of("env", "--"));
        if (command.getFirst().contains("=")) { // env would read it as a variable
            argv.addAll(List.of("sh", "-c", "exec \"$@\"", "sh"));
        }
        argv.addAll(command);
        return argv;
    }
}
