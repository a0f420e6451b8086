package dev.atex.executor.fmf;

import dev.atex.connection.ConnectionException;
import dev.atex.executor.Executor;
import dev.atex.executor.ExecutorException;
import java.util.Map;
import java.util.Optional;

/** An executor that can show people its machine as tests see it. */
public interface ShellExecutor extends Executor {

    /**
     * Starts an interactive shell on a pseudo-terminal of its own. To be called between {@link #start} and {@link #stop},
     * while no test runs; the session must be closed before anything else is done.
     *
     * @param test whose directory and environment it has; empty for the root of the tree and what all tests have
     * @param variables over all others
     * @param rows of the terminal
     * @param columns of the terminal
     * @throws ExecutorException there is no such test, or the machine lacks what it needs
     */
    ShellSession openShell(Optional<String> test, Map<String, String> variables, int rows, int columns)
            throws ExecutorException, ConnectionException, InterruptedException;
}
