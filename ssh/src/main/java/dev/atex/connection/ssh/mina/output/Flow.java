package dev.atex.connection.ssh.mina.output;

import java.io.IOException;

/** Receives one output stream of a command from the network. Called by one thread at a time; never blocks. */
public interface Flow {

    /** Receives data. Returns how many bytes the server may send at once in its place; the rest is released later. */
    int accept(byte[] data, int offset, int length) throws IOException;

    /** Receives the end of the stream. */
    void end();
}
