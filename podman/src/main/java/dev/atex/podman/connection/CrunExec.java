package dev.atex.podman.connection;

import dev.atex.connection.Command;
import dev.atex.internal.concurrent.ProcessMarks;
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
 * Runs commands with crun, which hands our pipes to the command.
 *
 * @param state the directory with the container's state, which has the name of the container
 * @param process how process 1 was started, see the OCI runtime specification; empty if the file cannot be read
 */
record CrunExec(Path program, Path state, Optional<Map<String, Object>> process) implements RuntimeExec {
    private static final String ENVIRONMENT = "env";

    static CrunExec of(Path program, Path state) {
        return new CrunExec(program, state, processIn(state.resolve("config.json")));
    }

    /** Reads the configuration of the container, which is in the directory of its state. */
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
            // variables go through standard input then
        }
        return Optional.empty();
    }

    /** Lets crun set the variables: that saves a process in the container. */
    @Override
    public Line line(Path pidFile, Command command, String relayMarks) throws IOException {
        if (process.isEmpty()) {
            return EnvProgram.around(command).after(prefix(pidFile));
        }
        List<String> argv = searches(command) ? command.argv() : EnvProgram.starting(command.argv());
        Path file = ExecTool.processFile(pidFile);
        // the directory is ours alone, and has no file of this name yet
        Files.writeString(
                file, Json.write(described(process.get(), argv, command.environment())), StandardOpenOption.CREATE_NEW);
        return new Line(exec(pidFile, List.of("--process", file.toString())), new byte[0]);
    }

    /** Describes the command like process 1, but without the limits of that: the limits of this process apply. */
    private static Map<String, Object> described(
            Map<String, Object> process, List<String> argv, Map<String, String> variables) {
        Map<String, String> environment = new LinkedHashMap<>();
        if (process.get(ENVIRONMENT) instanceof List<?> given) {
            for (Object variable : given) {
                String[] parts = String.valueOf(variable).split("=", 2);
                environment.put(parts[0], parts.length > 1 ? parts[1] : "");
            }
        }
        ProcessMarks.putAll(environment, variables);
        Map<String, Object> described = new LinkedHashMap<>(process);
        described.remove("rlimits");
        described.put("terminal", false);
        described.put("args", argv);
        List<String> whole = new ArrayList<>();
        environment.forEach((name, value) -> whole.add(name + "=" + value));
        described.put(ENVIRONMENT, whole);
        return described;
    }

    /** A path may name a script without an interpreter line: a shell and env run it, crun does not. */
    @Override
    public boolean searches(Command command) {
        String name = command.argv().getFirst();
        return process.isPresent() && !name.isEmpty() && !name.contains("/") && !name.startsWith("-");
    }

    @Override
    public boolean isDirect() {
        return true;
    }
}
