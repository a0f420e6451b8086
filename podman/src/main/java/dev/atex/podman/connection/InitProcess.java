package dev.atex.podman.connection;

import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonException;
import dev.atex.internal.json.JsonNumber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Process 1 of a container of this host, as the OCI runtime recorded it.
 *
 * @param pid its process id on this host
 */
record InitProcess(String pid) {
    /** The start time in clock ticks, proc_pid_stat(5). Fields are counted after the name, which may contain anything. */
    private static final int START_TIME = 19;

    /** File and member with the process id: crun writes {@code status}, runc {@code state.json}. */
    private static final Map<String, String> PID = Map.of("status", "pid", "state.json", "init_process_pid");

    /** Returns process 1 of the container with this state directory; empty if that cannot be read. */
    static Optional<InitProcess> ofContainer(Path state) {
        for (Map.Entry<String, String> file : PID.entrySet()) {
            try {
                if (Json.parse(Files.readString(state.resolve(file.getKey()))) instanceof Map<?, ?> found
                        && found.get(file.getValue()) instanceof JsonNumber pid) {
                    return Optional.of(new InitProcess(pid.text()));
                }
            } catch (IOException | JsonException _) {
                // a file of the other runtime, or in an unknown format: callers have another way
            }
        }
        return Optional.empty();
    }

    /** Returns its start time; empty if it has ended. */
    Optional<String> start() {
        try {
            String stat = Files.readString(Path.of("/proc", pid, "stat"));
            return fields(stat)[0].equals("Z") ? Optional.empty() : Optional.of(startIn(stat));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Returns the start time in a {@code /proc/PID/stat}: the same number inside and outside of the container. */
    static String startIn(String stat) {
        return fields(stat)[START_TIME];
    }

    private static String[] fields(String stat) {
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    }
}
