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

/** Reads processes from /proc; see proc_pid_stat(5). */
public final class Processes {
    private static final Path PROC = Path.of("/proc");

    private Processes() {}

    /** Returns the ids of all visible processes. */
    static List<Long> all() {
        List<Long> pids = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[1-9]*")) {
            entries.forEach(entry -> pids.add(Long.valueOf(entry.getFileName().toString())));
        } catch (IOException | DirectoryIteratorException e) {
            return List.of(); // no /proc: no processes to find
        }
        return pids;
    }

    /** Returns whether this process may create namespaces without a user namespace: CAP_SYS_ADMIN, see capabilities(7). */
    static boolean mayMakeNamespaces() {
        return status("CapEff")
                .map(set -> (Long.parseUnsignedLong(set, 16) >> 21 & 1) == 1)
                .orElse(false);
    }

    /** Returns whether this process and its children cannot gain rights by setuid programs such as {@code sudo}. */
    static boolean gainsNoRights() {
        return status("NoNewPrivs").map("1"::equals).orElse(false);
    }

    /** Returns a value of /proc/self/status; see proc_pid_status(5). */
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

    /** Returns the processes in a session. */
    public static List<ProcessHandle> ofSession(long session) {
        // the handle first: it never stands for a later process with the same id
        return all().stream()
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .filter(handle -> field(handle.pid(), 3).equals(Long.toString(session)))
                .toList();
    }

    /** Returns whether a process is a zombie, or gone. */
    public static boolean isZombie(long pid) {
        String state = field(pid, 0);
        return state.isEmpty() || state.equals("Z") || state.equals("X");
    }

    /** Returns their ids for messages, with the users of those that are not this user's. */
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

    /** Returns whether a process exists and is not a zombie. */
    public static boolean isAlive(long pid) {
        return environment(pid).length > 0 || !isZombie(pid);
    }

    /** Returns whether a variable of a process, a list separated by colons, contains an element. */
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

    /** Returns the environment; empty if the process has none, is gone, or belongs to another user. */
    private static byte[] environment(long pid) {
        try {
            return Files.readAllBytes(PROC.resolve(pid + "/environ"));
        } catch (IOException e) {
            return new byte[0];
        }
    }

    /** Returns a field of /proc/PID/stat, where the state is 0; empty if there is no such process. */
    private static String field(long pid, int index) {
        try {
            String stat = new String(Files.readAllBytes(PROC.resolve(pid + "/stat")), StandardCharsets.ISO_8859_1);
            // the name before it, in parentheses, may contain blanks and parentheses
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[index];
        } catch (IOException | IndexOutOfBoundsException e) {
            return "";
        }
    }
}
