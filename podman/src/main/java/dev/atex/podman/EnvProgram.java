package dev.atex.podman;

import dev.atex.connection.Command;
import java.util.ArrayList;
import java.util.List;

/** The program {@code env} in a container. */
final class EnvProgram {
    private EnvProgram() {}

    /**
     * The command as arguments of {@code env}, which sets variables of any name and answers as a shell does when the program
     * can't be started; an engine and a runtime each have answers of their own.
     */
    static List<String> around(Command command) {
        List<String> argv = new ArrayList<>(List.of("env", "--"));
        command.environment().forEach((name, value) -> argv.add(name + "=" + value));
        if (command.argv().getFirst().contains("=")) { // env would take it for a variable
            argv.addAll(List.of("sh", "-c", "exec \"$@\"", "sh"));
        }
        argv.addAll(command.argv());
        return argv;
    }
}
