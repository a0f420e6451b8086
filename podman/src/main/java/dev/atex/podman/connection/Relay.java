package dev.atex.podman.connection;

import java.util.ArrayList;
import java.util.List;

/**
 * Processes in the container between a command and the program that runs it. That program reads all output, whether somebody
 * reads ours or not. When the relay processes are killed, the command gets EPIPE; streams that a daemon keeps open delay nothing.
 */
final class Relay {
    /** At the end of the command the relays copy the rest; for one second if a daemon keeps the pipes open. */
    private static final String SCRIPT =
            "marks=\"${ATEX_MARK:+$ATEX_MARK:}$1\"; shift; pipes=$(mktemp -d) && mkfifo \"$pipes/out\" \"$pipes/err\" || exit 125; "
                    + "ATEX_MARK=$marks cat <\"$pipes/out\" & out=$!; ATEX_MARK=$marks cat <\"$pipes/err\" >&2 & err=$!; "
                    + "exec 5>\"$pipes/out\" 6>\"$pipes/err\"; rm -rf \"$pipes\"; "
                    + "\"$@\" >&5 2>&6 5>&- 6>&-; code=$?; exec 5>&- 6>&-; trap : USR1; "
                    + "{ sleep 1; kill -USR1 $$; } >/dev/null 2>&1 & timer=$!; wait $out $err; "
                    + "kill $timer $out $err 2>/dev/null; exit $code";

    private Relay() {}

    /** Returns the command with relay processes that have these marks, which the command does not get. */
    static List<String> around(List<String> command, String marks) {
        List<String> argv = new ArrayList<>(List.of("sh", "-c", SCRIPT, "sh", marks));
        argv.addAll(command);
        return argv;
    }
}
