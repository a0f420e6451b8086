package dev.atex.lease.ledger;

import java.nio.file.Path;
import java.time.Instant;

/**
 * The process that writes a ledger.
 *
 * @param run id of the run: letters, digits, {@code -}, {@code .}
 * @param pid id of the process
 * @param started start time of the run
 * @param directory the run directory, absolute
 */
public record RunOwner(String run, long pid, Instant started, Path directory) {

    /** Checks the id, which becomes part of many names. */
    public RunOwner {
        if (!isId(run)) {
            throw new IllegalArgumentException(
                    "the id of a run consists of at most 48 letters, digits, '-' and '.', not '" + run + "'");
        }
        if (!directory.isAbsolute()) {
            throw new IllegalArgumentException("not absolute: " + directory);
        }
    }

    static boolean isId(String text) {
        return text.matches("[A-Za-z0-9][A-Za-z0-9.-]{0,47}");
    }

    /** Returns this process as the owner of a run that starts now. */
    public static RunOwner current(String run, Path directory) {
        ProcessHandle self = ProcessHandle.current();
        return new RunOwner(run, self.pid(), self.info().startInstant().orElseGet(Instant::now), directory);
    }
}
