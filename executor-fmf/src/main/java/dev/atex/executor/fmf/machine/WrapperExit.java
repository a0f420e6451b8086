package dev.atex.executor.fmf.machine;

import dev.atex.connection.ConnectionException;
import dev.atex.executor.TestAbortedException;

/** How one run of the wrapper ended. */
public sealed interface WrapperExit {

    /** What it ran came to its own end. */
    record Exited(int code) implements WrapperExit {}

    /** The test announced a reboot; our ends are closed. */
    record Disconnected() implements WrapperExit {}

    /** Somebody asked for the end. */
    record Cancelled() implements WrapperExit {}

    /** The time was over. */
    record TimedOut() implements WrapperExit {}

    /** The wrapper ended without an exit code of what it ran. */
    record Unexpected(int wrapperExitCode) implements WrapperExit {}

    /** The connection failed. */
    record Lost(ConnectionException cause) implements WrapperExit {}

    /** The control stream was malformed. */
    record Malformed(TestAbortedException cause) implements WrapperExit {}
}
