package dev.atex.podman.connection;

import java.util.ArrayList;
import java.util.List;

/**
 * Processes in the container between a command and a program that runs it, where that reads everything itself whether
 * somebody listens or not: when they are ended the command gets EPIPE, and what a daemon holds open is not waited for.
 */
final class Relay {
    /** At the end of the command the relays pass on what is left; if a daemon keeps them from ending, for a second. */
    private static final String SCRIPT =
            "mark=$1; shift; pipes=$(mktemp -d) && mkfifo \"$pipes/out\" \"$pipes/err\" || exit 125; "
                    + "ATEX_MARK=$mark cat <\"$pipes/out\" & out=$!; ATEX_MARK=$mark cat <\"$pipes/err\" >&2 & err=$!; "
                    + "exec 5>\"$pipes/out\" 6>\"$pipes/err\"; rm -rf \"$pipes\"; "
                    + "\"$@\" >&5 2>&6 5>&- 6>&-; code=$?; exec 5>&- 6>&-; trap : USR1; "
                    + "{ sleep 1; kill -USR1 $$; } >/dev/null 2>&1 & timer=$!; wait $out $err; "
                    + "kill $timer $out $err 2>/dev/null; exit $code";

    private Relay() {}

    /** The command with relays that carry a mark. */
    static List<String> around(List<String> command, String mark) {
        List<String> argv = new ArrayList<>(List.of("sh", "-c", SCRIPT, "sh", mark));
        argv.addAll(command);
        return argv;
    }
}
