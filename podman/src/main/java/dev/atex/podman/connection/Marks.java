package dev.atex.podman.connection;

import dev.atex.connection.Command;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Marks in the environment of commands in a container, by which they are found and killed. */
final class Marks {
    static final String VARIABLE = "ATEX_MARK";

    /** Repeats the kill, as processes may fork meanwhile. */
    private static final String KILL = "pass=0; while [ $pass -lt 50 ]; do found=; for process in /proc/[0-9]*; do "
            + "case :$(tr '\\0' ':' 2>/dev/null <$process/environ): in *\"$1\"*) "
            + "kill -KILL \"${process#/proc/}\" && found=1;; esac; "
            + "done 2>/dev/null; [ -n \"$found\" ] || exit 0; pass=$((pass + 1)); done; exit 1";

    private Marks() {}

    static String newMark() {
        return "atex-exec-" + UUID.randomUUID();
    }

    /** Returns the command with a mark added to those it has. */
    static Command marked(Command command, String mark) {
        Map<String, String> environment = new LinkedHashMap<>(command.environment());
        environment.merge(VARIABLE, mark, (outer, own) -> outer + ":" + own);
        return command.withEnvironment(environment);
    }

    /** Returns a command that kills all processes with a mark. */
    static List<String> killer(String mark) {
        return List.of("sh", "-c", KILL, "sh", mark);
    }
}
