package dev.atex.connection.ssh.mina.output;

import java.io.IOException;

/** Takes in one output stream of a command, as it comes from the network. Called by one thread at a time; never blocks. */
public interface Flow {

    /** More of it. Returns how many bytes may be sent in its place at once; what is held back is given free later. */
    int accept(byte[] data, int offset, int length) throws IOException;

    /** There is no more. */
    void end();
}
