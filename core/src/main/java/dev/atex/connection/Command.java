package dev.atex.connection;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A command for a machine: program and arguments, variables that are added to the environment there, and the destination
 * of its output. Standard input is a pipe to {@link RemoteProcess#stdin()}. Immutable.
 *
 * @param argv program and arguments, passed literally: no shell interprets them
 * @param environment variables that are added to the machine's own. The elements of the list {@code ATEX_MARK} are added to
 *     those of the connection: they mark processes, see decision 0218
 * @param stdout destination of standard output
 * @param stderr destination of standard error
 */
public record Command(List<String> argv, Map<String, String> environment, Output stdout, Output stderr) {

    /** Copies its arguments; {@code argv} must not be empty. */
    public Command {
        if (argv.isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
        argv = List.copyOf(argv);
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    }

    /** Returns a command whose outputs can be read from {@link RemoteProcess}. */
    public static Command of(String... argv) {
        return of(List.of(argv));
    }

    /** Returns a command whose outputs can be read from {@link RemoteProcess}. */
    public static Command of(List<String> argv) {
        return new Command(argv, Map.of(), Output.pipe(), Output.pipe());
    }

    /** Returns a copy with these variables instead. */
    public Command withEnvironment(Map<String, String> variables) {
        return new Command(argv, variables, stdout, stderr);
    }

    /** Returns a copy with another destination of standard output. */
    public Command withStdout(Output output) {
        return new Command(argv, environment, output, stderr);
    }

    /** Returns a copy with another destination of standard error. */
    public Command withStderr(Output output) {
        return new Command(argv, environment, stdout, output);
    }
}
