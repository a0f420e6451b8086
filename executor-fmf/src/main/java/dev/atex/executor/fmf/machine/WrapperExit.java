package dev.atex.executor.fmf.machine;

import dev.atex.connection.ConnectionException;
import dev.atex.executor.fmf.control.TestAbortedException;

/** The end of one run of the wrapper. */
public sealed interface WrapperExit {

    /** The test or script exited. */
    record Exited(int code) implements WrapperExit {}

    /** The test announced a reboot; the connection is detached. */
    record Disconnected() implements WrapperExit {}

    /** The test or script was cancelled. */
    record Cancelled() implements WrapperExit {}

    /** The time limit was exceeded. */
    record TimedOut() implements WrapperExit {}

    /** The wrapper exited and reported no exit code of the test or script. */
    record Unexpected(int wrapperExitCode) implements WrapperExit {}

    /** The connection failed. */
    record Lost(ConnectionException cause) implements WrapperExit {}

    /** The control stream was malformed. */
    record Malformed(TestAbortedException cause) implements WrapperExit {}
}
