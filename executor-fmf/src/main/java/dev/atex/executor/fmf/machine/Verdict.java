package dev.atex.executor.fmf.machine;

import dev.atex.executor.TestAbortedException;

/** How the reading of a control stream ended. */
public sealed interface Verdict {

    /** The wrapper reported the exit code of what it ran. */
    record Exited(int code) implements Verdict {}

    /** The test said that it is about to reboot. */
    record Disconnected() implements Verdict {}

    /** The stream ended before anything else. */
    record EndOfStream() implements Verdict {}

    /** The test sent something malformed. */
    record Malformed(TestAbortedException cause) implements Verdict {}
}
