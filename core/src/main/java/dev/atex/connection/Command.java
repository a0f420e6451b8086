package dev.atex.connection;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What to start on a machine: program and arguments, variables added to the environment there, and where its output
 * goes. Standard input is a pipe to {@link RemoteProcess#stdin()}. Immutable.
 *
 * @param argv program and arguments, passed on literally: no shell interprets them
 * @param environment variables set on top of the machine's own
 * @param stdout where standard output goes
 * @param stderr where standard error goes
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

    /** A command with both outputs readable from {@link RemoteProcess}. */
    public static Command of(String... argv) {
        return of(List.of(argv));
    }

    /** A command with both outputs readable from {@link RemoteProcess}. */
    public static Command of(List<String> argv) {
        return new Command(argv, Map.of(), Output.pipe(), Output.pipe());
    }

    /** The same with these variables instead. */
    public Command withEnvironment(Map<String, String> variables) {
        return new Command(argv, variables, stdout, stderr);
    }

    /** The same with another place for standard output. */
    public Command withStdout(Output output) {
        return new Command(argv, environment, output, stderr);
    }

    /** The same with another place for standard error. */
    public Command withStderr(Output output) {
        return new Command(argv, environment, stdout, output);
    }
}
