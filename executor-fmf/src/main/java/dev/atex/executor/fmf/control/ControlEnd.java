package dev.atex.executor.fmf.control;

/** Why reading a control stream came to its end without an error. */
public sealed interface ControlEnd {

    /** The wrapper said how the test ended: {@code exitcode}, 0 to 255. */
    record Exited(int code) implements ControlEnd {}

    /** The test announced a reboot: {@code disconnect}. */
    record Disconnect() implements ControlEnd {}

    /** The stream ended, between two control lines, without either. */
    record EndOfStream() implements ControlEnd {}
}
