package dev.atex.podman.connection;

import dev.atex.connection.Command;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * runc. It copies, and waits for the end of streams.
 *
 * @param state the directory of the container's state, named like it
 */
public record RuncExec(Path program, Path state) implements ExecTool {
    @Override
    public List<String> prefix(Path pidFile) {
        return ExecTool.runtime(program, state, pidFile, List.of());
    }

    @Override
    public Line line(Path pidFile, Command command, String relayMark) {
        Line inside = EnvProgram.around(command);
        return new Line(Relay.around(inside.argv(), relayMark), inside.input()).after(prefix(pidFile));
    }

    @Override
    public boolean searches(Command command) {
        return false;
    }

    @Override
    public Optional<String> start() {
        return InitProcess.ofContainer(state).flatMap(InitProcess::start);
    }

    @Override
    public boolean isDirect() {
        return false;
    }

    @Override
    public boolean writesPidFile() {
        return true;
    }
}
