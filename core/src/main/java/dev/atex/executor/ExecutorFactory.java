package dev.atex.executor;

import dev.atex.connection.Connection;

/** Makes an executor for a machine. Called by an orchestrator from many threads. */
@FunctionalInterface
public interface ExecutorFactory {

    /** A new executor for the machine behind {@code connection}, not started yet. */
    Executor create(Connection connection) throws ExecutorException, InterruptedException;
}
