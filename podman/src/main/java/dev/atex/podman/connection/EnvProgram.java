package dev.atex.podman.connection;

import dev.atex.connection.Command;
import dev.atex.connection.ShellVariables;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The program {@code env} in a container. */
final class EnvProgram {
    private EnvProgram() {}

    /**
     * The command as arguments of {@code env}, which answers as a shell does when the program can't be started; an engine and
     * a runtime each have answers of their own. Variables come through standard input, but for the mark: it is no secret, and
     * has to be there from the beginning.
     */
    static ExecTool.Line around(Command command) {
        Map<String, String> others = new LinkedHashMap<>(command.environment());
        String mark = others.remove(Marks.VARIABLE);
        List<String> argv = starting(command.argv());
        byte[] input = {};
        if (!others.isEmpty()) {
            input = ShellVariables.around(command.withEnvironment(others)).getBytes(StandardCharsets.UTF_8);
            argv = starting(ShellVariables.reader(input.length));
        }
        if (mark != null) {
            argv.add(2, Marks.VARIABLE + "=" + mark);
        }
        return new ExecTool.Line(argv, input);
    }

    /** A program with its arguments as arguments of {@code env}, which sets nothing. */
    static List<String> starting(List<String> command) {
        List<String> argv = new ArrayList<>(List.of("env", "--"));
        if (command.getFirst().contains("=")) { // env would take it for a variable
            argv.addAll(List.of("sh", "-c", "exec \"$@\"", "sh"));
        }
        argv.addAll(command);
        return argv;
    }
}
