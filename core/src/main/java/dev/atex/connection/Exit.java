package dev.atex.connection;

/** The end of a command. A failure of the transport is a case of its own, never an exit code such as 255. */
public sealed interface Exit {

    /** It exited with this code, 0 to 255. A transport without signals reports death by signal n as code 128+n. */
    record Code(int value) implements Exit {}

    /** It was killed by the signal of this number. */
    record Signal(int number) implements Exit {}

    /** The connection was lost or dropped; the command may still run. */
    record TransportLost(ConnectionException cause) implements Exit {}

    /** It has not ended yet. */
    record StillRunning() implements Exit {}
}
