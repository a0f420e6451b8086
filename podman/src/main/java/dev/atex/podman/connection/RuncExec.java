package dev.atex.podman.connection;

import java.nio.file.Path;

/**
 * Runs commands with runc.
 *
 * @param state the directory with the container's state, which has the name of the container
 */
record RuncExec(Path program, Path state) implements RuntimeExec, RelayedExec {}
