package dev.atex.podman.connection;

import dev.atex.podman.engine.Engine;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Runs commands with {@code podman exec} or {@code docker exec}. */
record EngineExec(Engine engine, String container) implements RelayedExec {
    /**
     * Reads the output of the engine to its end, also when nobody reads ours any more: SIGPIPE would end the engine, and the
     * exit code would be lost.
     */
    private static final String SINKS = "{ code=$({ { { \"$@\" 3>&- 4>&- 5>&-; echo $? >&3; } | "
            + "{ cat; cat >/dev/null; } >&4; } 2>&1 | { cat; cat >/dev/null; } >&5; } 3>&1); } 4>&1 5>&2; exit $code";

    @Override
    public List<String> prefix(Path pidFile) {
        return List.of("sh", "-c", SINKS, "sh", engine.program().toString(), "exec", "-i", container);
    }

    @Override
    public Optional<String> start() {
        return Optional.empty();
    }

    @Override
    public boolean writesPidFile() {
        return false;
    }
}
