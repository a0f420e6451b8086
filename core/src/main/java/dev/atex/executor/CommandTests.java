package dev.atex.executor;

import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Tests that are commands: each has a name, passes when it exits with 0, and leaves its standard output and error as
 * {@code output.txt}. Runs them over any connection; the machine needs a POSIX shell and {@code /proc}.
 * Immutable.
 *
 * {@snippet :
 * ExecutorFactory tests = CommandTests.of(Map.of("/uname", Command.of("uname", "-a")));
 * }
 */
public final class CommandTests implements ExecutorFactory {
    private final Map<String, Command> commands;
    private final IntFunction<String> status;
    private final Optional<Duration> limit;

    private CommandTests(Map<String, Command> commands, IntFunction<String> status, Optional<Duration> limit) {
        this.commands = commands;
        this.status = status;
        this.limit = limit;
    }

    /**
     * Tests by their names.
     *
     * @param commands what to run for each; where their outputs go is not looked at
     */
    public static CommandTests of(Map<String, Command> commands) {
        return new CommandTests(new LinkedHashMap<>(commands), code -> code == 0 ? "pass" : "fail", Optional.empty());
    }

    /** The same with another rule for the status of a result, from the exit code: 0 to 255, 128+n when killed by signal n. */
    public CommandTests withStatus(IntFunction<String> newStatus) {
        return new CommandTests(commands, newStatus, limit);
    }

    /** The same with a limit on how long a test may take: one that goes over it is ended, its status is {@code infra}. */
    public CommandTests withLimit(Duration newLimit) {
        return new CommandTests(commands, status, Optional.of(newLimit));
    }

    /** The names of the tests, in the order of the map they came in. */
    public Set<String> names() {
        return commands.keySet();
    }

    @Nullable
    Command command(String test) {
        return commands.get(test);
    }

    String status(int exitCode) {
        return status.apply(exitCode);
    }

    Optional<Duration> limit() {
        return limit;
    }

    @Override
    public Executor create(Connection connection) {
        return new CommandExecutor(this, connection);
    }
}
