package dev.atex.executor.fmf.control;

/** The end of a control stream that was read without an error. */
public sealed interface ControlEnd {

    /** The wrapper reported the exit code of the test or script: {@code exitcode}, 0 to 255. */
    record Exited(int code) implements ControlEnd {}

    /** The test or script announced a reboot: {@code disconnect}. */
    record Disconnect() implements ControlEnd {}

    /** The stream ended, between two control lines, without either. */
    record EndOfStream() implements ControlEnd {}
}
