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
 * Process 1 of a container of this host, as an OCI runtime wrote it down.
 *
 * @param pid on this host
 */
record InitProcess(String pid) {
    /** Its start in clock ticks, proc_pid_stat(5). Fields are counted from behind the name, which may hold anything. */
    private static final int START_TIME = 19;

    /** Where each runtime writes it: crun in a file {@code status}, runc in {@code state.json}. */
    private static final Map<String, String> PID = Map.of("status", "pid", "state.json", "init_process_pid");

    /** The one of the container with this directory of state; empty if that can't be read. */
    static Optional<InitProcess> ofContainer(Path state) {
        for (Map.Entry<String, String> file : PID.entrySet()) {
            try {
                if (Json.parse(Files.readString(state.resolve(file.getKey()))) instanceof Map<?, ?> found
                        && found.get(file.getValue()) instanceof JsonNumber pid) {
                    return Optional.of(new InitProcess(pid.text()));
                }
            } catch (IOException | JsonException _) {
                // the other runtime's, or not to be understood: whoever asks has another way
            }
        }
        return Optional.empty();
    }

    /** When it started; empty if it has ended. */
    Optional<String> start() {
        try {
            String stat = Files.readString(Path.of("/proc", pid, "stat"));
            return fields(stat)[0].equals("Z") ? Optional.empty() : Optional.of(startIn(stat));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The start in a text of {@code /proc/PID/stat}. It is the same number inside and outside of the container. */
    static String startIn(String stat) {
        return fields(stat)[START_TIME];
    }

    private static String[] fields(String stat) {
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    }
}
