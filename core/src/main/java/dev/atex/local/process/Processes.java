package dev.atex.local.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What /proc says of processes; see proc_pid_stat(5). */
public final class Processes {
    private static final Path PROC = Path.of("/proc");

    private Processes() {}

    /** Ids of all processes that are visible here. */
    static List<Long> all() {
        List<Long> pids = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[1-9]*")) {
            entries.forEach(entry -> pids.add(Long.valueOf(entry.getFileName().toString())));
        } catch (IOException | DirectoryIteratorException e) {
            return List.of(); // no /proc: nothing to find there
        }
        return pids;
    }

    /** Whether this process may make namespaces without a user namespace: CAP_SYS_ADMIN, see capabilities(7). */
    static boolean mayMakeNamespaces() {
        return status("CapEff")
                .map(set -> (Long.parseUnsignedLong(set, 16) >> 21 & 1) == 1)
                .orElse(false);
    }

    /** Whether this process, and what it starts, can gain no rights by setuid programs such as {@code sudo}. */
    static boolean gainsNoRights() {
        return status("NoNewPrivs").map("1"::equals).orElse(false);
    }

    /** A line of /proc/self/status; see proc_pid_status(5). */
    private static Optional<String> status(String key) {
        try {
            return Files.readAllLines(PROC.resolve("self/status"), StandardCharsets.ISO_8859_1).stream()
                    .filter(line -> line.startsWith(key + ":"))
                    .map(line -> line.substring(key.length() + 1).strip())
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The processes in a session. */
    public static List<ProcessHandle> ofSession(long session) {
        // the handle first: it tells a process from a later one with the same id
        return all().stream()
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .filter(handle -> field(handle.pid(), 3).equals(Long.toString(session)))
                .toList();
    }

    /** Whether it has ended and only waits for its parent to take notice; true as well if it is gone. */
    public static boolean isZombie(long pid) {
        String state = field(pid, 0);
        return state.isEmpty() || state.equals("Z") || state.equals("X");
    }

    /** For people: their ids, and whose they are if not this user's. */
    public static String text(List<ProcessHandle> processes) {
        Optional<String> own = ProcessHandle.current().info().user();
        return processes.stream()
                .map(each -> each.pid()
                        + each.info()
                                .user()
                                .filter(user -> !own.equals(Optional.of(user)))
                                .map(user -> " (of user " + user + ")")
                                .orElse(""))
                .collect(Collectors.joining(", "));
    }

    /** Whether it is there and no zombie. */
    public static boolean isAlive(long pid) {
        return environment(pid).length > 0 || !isZombie(pid);
    }

    /** Whether a variable of its environment, a list separated by colons, has an element. */
    static boolean hasInList(long pid, String variable, String element) {
        String text = new String(environment(pid), StandardCharsets.ISO_8859_1);
        if (!text.contains(element)) {
            return false;
        }
        return Stream.of(text.split("\0"))
                .filter(each -> each.startsWith(variable + "="))
                .flatMap(each -> Stream.of(each.substring(variable.length() + 1).split(":")))
                .anyMatch(element::equals);
    }

    /** Empty if it has none, is gone, or belongs to another user. */
    private static byte[] environment(long pid) {
        try {
            return Files.readAllBytes(PROC.resolve(pid + "/environ"));
        } catch (IOException e) {
            return new byte[0];
        }
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
