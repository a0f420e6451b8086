package dev.atex.connection.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What /proc says of processes; see proc_pid_stat(5). */
final class Processes {
    private static final Path PROC = Path.of("/proc");

    private Processes() {}

    /** Ids of all processes that are visible here. */
    static List<Long> all() {
        List<Long> pids = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[1-9]*")) {
            entries.forEach(entry -> pids.add(Long.valueOf(entry.getFileName().toString())));
        } catch (IOException e) {
            return List.of(); // no /proc: nothing to find there
        }
        return pids;
    }

    /** Ids of the processes in a session. */
    static List<Long> ofSession(long session) {
        return all().stream()
                .filter(pid -> field(pid, 3).equals(Long.toString(session)))
                .toList();
    }

    /** Whether it has ended and only waits for its parent to take notice; true as well if it is gone. */
    static boolean isZombie(long pid) {
        String state = field(pid, 0);
        return state.isEmpty() || state.equals("Z") || state.equals("X");
    }

    /** A field of /proc/PID/stat, counted from the state on; empty if there is no such process. */
    private static String field(long pid, int index) {
        try {
            String stat = new String(Files.readAllBytes(PROC.resolve(pid + "/stat")), StandardCharsets.ISO_8859_1);
            // the name before it, in parentheses, may hold blanks and parentheses
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[index];
        } catch (IOException | IndexOutOfBoundsException e) {
            return "";
        }
    }
}
