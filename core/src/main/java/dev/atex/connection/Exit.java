package dev.atex.connection;

/** How a command ended. The transport failing is a case of its own, never an exit code such as 255. */
public sealed interface Exit {

    /** It exited with this code, 0 to 255. A transport that can't tell reports death by signal n as code 128+n. */
    record Code(int value) implements Exit {}

    /** It was killed by the signal of this number. */
    record Signal(int number) implements Exit {}

    /** The connection was lost or dropped; whether the command still runs is unknown. */
    record TransportLost(ConnectionException cause) implements Exit {}

    /** It has not ended yet. */
    record StillRunning() implements Exit {}
}
