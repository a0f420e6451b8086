package dev.atex.podman;

import java.nio.file.Path;
import java.util.List;

/**
 * Two shell scripts with a tar archive going from one to the other. What is no file, directory or symbolic link is left out
 * where the sending side has GNU tar and find.
 *
 * @param there runs in the container
 * @param here runs on this host, with the way into the container as its arguments
 */
record TarScripts(List<String> there, List<String> here) {
    private static final String SEND = "cd \"$1\" || exit; shift; "
            + "if tar --version 2>/dev/null | grep -q GNU && find . -prune >/dev/null 2>&1; then "
            + "exec 4>&1; ends=$( { { find . \\( -type f -o -type d -o -type l \\) -print0; echo f$? >&5; } | "
            + "{ tar --null --no-recursion --hard-dereference -T - -cf - >&4; echo t$? >&5; }; } 5>&1); "
            // tar's 1 is that of files that changed while they were read
            + "case $ends in *f0*) case $ends in *t[01]*) exit 0 ;; esac ;; esac; exit 2; "
            + "else tar -cf - .; fi";
    private static final String RECEIVE = "mkdir -p \"$1\" && exec tar -xpof - -C \"$1\"";

    /** Both sides tell how they ended: a shell knows only about the last one of a pipe. */
    private static final String PIPE = "exec 3>&1; ";

    private static final String SENT = "sent ";
    private static final String RECEIVED = "received ";

    /** From this host into the container. */
    static TarScripts upload(Path from, String to) {
        String here = PIPE + "from=$1; shift; { sh -c '" + SEND + "' sh \"$from\"; echo \"" + SENT + "$?\" >&3; } | "
                + "{ \"$@\" >&2; echo \"" + RECEIVED + "$?\" >&3; }";
        return new TarScripts(
                List.of("sh", "-c", RECEIVE, "sh", to),
                List.of("sh", "-c", here, "sh", from.toAbsolutePath().toString()));
    }

    /** From the container to this host. */
    static TarScripts download(String from, Path to) {
        String here = PIPE + "to=$1; shift; { \"$@\" </dev/null; echo \"" + SENT + "$?\" >&3; } | " + "{ sh -c '"
                + RECEIVE + "' sh \"$to\" >&2; echo \"" + RECEIVED + "$?\" >&3; }";
        return new TarScripts(
                List.of("sh", "-c", SEND, "sh", from),
                List.of("sh", "-c", here, "sh", to.toAbsolutePath().toString()));
    }

    /** Whether both sides said that all went well. */
    static boolean isWhole(String said) {
        List<String> lines = said.lines().toList();
        return lines.size() == 2 && lines.contains(SENT + "0") && lines.contains(RECEIVED + "0");
    }
}
