package dev.atex.podman.connection;

import dev.atex.connection.Command;
import dev.atex.podman.engine.Engine;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The engine itself. */
record EngineExec(Engine engine, String container) implements ExecTool {
    /** Takes what the engine prints also when nobody listens any more: it would be ended by SIGPIPE, and with it the exit code lost. */
    private static final String SINKS = "{ code=$({ { { \"$@\" 3>&- 4>&- 5>&-; echo $? >&3; } | "
            + "{ cat; cat >/dev/null; } >&4; } 2>&1 | { cat; cat >/dev/null; } >&5; } 3>&1); } 4>&1 5>&2; exit $code";

    @Override
    public List<String> prefix(Path pidFile) {
        return List.of("sh", "-c", SINKS, "sh", engine.program().toString(), "exec", "-i", container);
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
        return Optional.empty();
    }

    @Override
    public boolean isDirect() {
        return false;
    }

    @Override
    public boolean writesPidFile() {
        return false;
    }
}
