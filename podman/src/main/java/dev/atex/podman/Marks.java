package dev.atex.podman;

import dev.atex.connection.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Commands in a container carry a mark in their environment, by which they are found and ended from outside. */
final class Marks {
    private static final String VARIABLE = "ATEX_MARK";

    /** Again and again, as processes may fork while it goes on. */
    private static final String KILL = "pass=0; while [ $pass -lt 50 ]; do found=; for process in /proc/[0-9]*; do "
            + "case :$(tr '\\0' ':' 2>/dev/null <$process/environ): in *\"$1\"*) "
            + "kill -KILL \"${process#/proc/}\" && found=1;; esac; "
            + "done 2>/dev/null; [ -n \"$found\" ] || exit 0; pass=$((pass + 1)); done; exit 1";

    private Marks() {}

    static String newMark() {
        return "atex-exec-" + UUID.randomUUID();
    }

    /**
     * The command as arguments of {@code env}, which sets variables of any name and answers as a shell does when the program
     * can't be started; an engine and a runtime each have answers of their own.
     */
    static List<String> marked(Command command, String mark) {
        List<String> argv = new ArrayList<>(List.of("env", "--"));
        for (Map.Entry<String, String> variable : command.environment().entrySet()) {
            if (!variable.getKey().equals(VARIABLE)) {
                argv.add(variable.getKey() + "=" + variable.getValue());
            }
        }
        String outer = command.environment().get(VARIABLE);
        argv.add(VARIABLE + "=" + (outer == null ? mark : outer + ":" + mark));
        if (command.argv().getFirst().contains("=")) { // env would take it for a variable
            argv.addAll(List.of("sh", "-c", "exec \"$@\"", "sh"));
        }
        argv.addAll(command.argv());
        return argv;
    }

    /** A command that ends all processes with a mark. */
    static List<String> killer(String mark) {
        return List.of("sh", "-c", KILL, "sh", mark);
    }
}
