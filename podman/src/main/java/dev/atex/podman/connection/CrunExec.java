package dev.atex.podman.connection;

import dev.atex.connection.Command;
import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * crun. It hands our pipes to the command.
 *
 * @param state the directory of the container's state, named like it
 * @param process how process 1 was started, see the OCI runtime specification; empty if that can't be read
 */
record CrunExec(Path program, Path state, Optional<Map<String, Object>> process) implements ExecTool {
    private static final String ENVIRONMENT = "env";

    static CrunExec of(Path program, Path state) {
        return new CrunExec(program, state, processIn(state.resolve("config.json")));
    }

    /** The configuration of a container is kept beside its state. */
    private static Optional<Map<String, Object>> processIn(Path configuration) {
        try {
            if (Json.parse(Files.readString(configuration)) instanceof Map<?, ?> whole
                    && whole.get("process") instanceof Map<?, ?> process
                    && process.get(ENVIRONMENT) instanceof List<?>) {
                Map<String, Object> found = new LinkedHashMap<>();
                process.forEach((key, value) -> found.put(String.valueOf(key), value));
                return Optional.of(found);
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

    /** What crun sets itself saves a process in the container, which would set it. */
    @Override
    public Line line(Path pidFile, Command command, String relayMark) throws IOException {
        if (process.isEmpty()) {
            return EnvProgram.around(command).after(prefix(pidFile));
        }
        List<String> argv = searches(command) ? command.argv() : EnvProgram.starting(command.argv());
        Path file = ExecTool.processFile(pidFile);
        // there is nothing yet; the directory is ours alone
        Files.writeString(
                file, Json.write(described(process.get(), argv, command.environment())), StandardOpenOption.CREATE_NEW);
        return new Line(ExecTool.runtime(program, state, pidFile, List.of("--process", file.toString())), new byte[0]);
    }

    /** The command as if it was process 1, but for the limits of that: those of this process hold. */
    private static Map<String, Object> described(
            Map<String, Object> process, List<String> argv, Map<String, String> variables) {
        Map<String, String> environment = new LinkedHashMap<>();
        if (process.get(ENVIRONMENT) instanceof List<?> given) {
            for (Object variable : given) {
                String[] parts = String.valueOf(variable).split("=", 2);
                environment.put(parts[0], parts.length > 1 ? parts[1] : "");
            }
        }
        environment.putAll(variables);
        Map<String, Object> described = new LinkedHashMap<>(process);
        described.remove("rlimits");
        described.put("terminal", false);
        described.put("args", argv);
        List<String> whole = new ArrayList<>();
        environment.forEach((name, value) -> whole.add(name + "=" + value));
        described.put(ENVIRONMENT, whole);
        return described;
    }

    /** One with a path may be a script without an interpreter, which a shell and env run, and crun does not. */
    @Override
    public boolean searches(Command command) {
        String name = command.argv().getFirst();
        return process.isPresent() && !name.isEmpty() && !name.contains("/") && !name.startsWith("-");
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
