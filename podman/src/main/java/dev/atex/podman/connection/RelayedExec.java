package dev.atex.podman.connection;

import dev.atex.connection.Command;
import java.nio.file.Path;

/** A program that copies the output of a command itself and waits for the end of the streams. A {@link Relay} is put between. */
sealed interface RelayedExec extends ExecTool permits RuncExec, EngineExec {
    @Override
    default Line line(Path pidFile, Command command, String relayMarks) {
        Line inside = EnvProgram.around(command);
        return new Line(Relay.around(inside.argv(), relayMarks), inside.input()).after(prefix(pidFile));
    }

    @Override
    default boolean searches(Command command) {
        return false;
    }

    @Override
    default boolean isDirect() {
        return false;
    }
}
