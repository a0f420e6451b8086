package dev.atex.podman;

import dev.atex.connection.Command;
import dev.atex.json.Json;
import dev.atex.json.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * crun. It hands our pipes to the command.
 *
 * @param state the directory of the container's state, named like it
 * @param environment what the container was made with; empty if that can't be read
 */
record CrunExec(Path program, Path state, Optional<Map<String, String>> environment) implements ExecTool {

    static CrunExec of(Path program, Path state) {
        return new CrunExec(program, state, environmentIn(state.resolve("config.json")));
    }

    /** The configuration of a container, see the OCI runtime specification, is kept beside its state. */
    private static Optional<Map<String, String>> environmentIn(Path configuration) {
        try {
            if (Json.parse(Files.readString(configuration)) instanceof Map<?, ?> whole
                    && whole.get("process") instanceof Map<?, ?> process
                    && process.get("env") instanceof List<?> variables) {
                Map<String, String> environment = new LinkedHashMap<>();
                for (Object variable : variables) {
                    String[] parts = String.valueOf(variable).split("=", 2);
                    environment.put(parts[0], parts.length > 1 ? parts[1] : "");
                }
                return Optional.of(environment);
            }
        } catch (IOException | JsonException _) {
            // there is another way
        }
        return Optional.empty();
    }

    @Override
    public List<String> prefix(Path pidFile) {
        return ExecTool.runtime(program, state, pidFile, List.of());
    }

    /**
     * Variables given to crun replace those of the container (1.8) or are added to them (later): given are all. Saves a
     * process in the container, which would set them.
     */
    @Override
    public List<String> line(Path pidFile, Command command, String relayMark) {
        List<String> line;
        if (searches(command)) {
            Map<String, String> whole = new LinkedHashMap<>(environment.orElseThrow());
            whole.putAll(command.environment());
            List<String> options = new ArrayList<>();
            whole.forEach((name, value) -> options.addAll(List.of("--env", name + "=" + value)));
            line = new ArrayList<>(ExecTool.runtime(program, state, pidFile, options));
            line.addAll(command.argv());
        } else {
            line = new ArrayList<>(prefix(pidFile));
            line.addAll(EnvProgram.around(command));
        }
        return line;
    }

    /** One with a path may be a script without an interpreter, which a shell and env run, and crun does not. */
    @Override
    public boolean searches(Command command) {
        String name = command.argv().getFirst();
        return environment.isPresent() && !name.isEmpty() && !name.contains("/") && !name.startsWith("-");
    }

    @Override
    public Optional<String> start() {
        return InitProcess.ofContainer(state).flatMap(InitProcess::start);
    }

    @Override
    public boolean isDirect() {
        return true;
    }

    @Override
    public boolean writesPidFile() {
        return true;
    }
}
