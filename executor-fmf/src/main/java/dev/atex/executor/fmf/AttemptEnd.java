package dev.atex.executor.fmf;

import dev.atex.connection.ConnectionException;
import dev.atex.executor.TestAbortedException;

/** How one run of the wrapper ended. */
sealed interface AttemptEnd {

    /** What it ran came to its own end. */
    record Exited(int code) implements AttemptEnd {}

    /** The test announced a reboot; our ends are closed. */
    record Disconnected() implements AttemptEnd {}

    /** Somebody asked for the end. */
    record Cancelled() implements AttemptEnd {}

    /** The time was over. */
    record TimedOut() implements AttemptEnd {}

    /** The wrapper ended without an exit code of what it ran. */
    record Unexpected(int wrapperExitCode) implements AttemptEnd {}

    /** The connection failed. */
    record Lost(ConnectionException cause) implements AttemptEnd {}

    /** The control stream was malformed. */
    record Malformed(TestAbortedException cause) implements AttemptEnd {}
}
