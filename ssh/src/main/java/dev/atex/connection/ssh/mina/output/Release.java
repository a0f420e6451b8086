package dev.atex.connection.ssh.mina.output;

import java.io.IOException;

/** Tells the server that it may send more. */
@FunctionalInterface
public interface Release {
    /** Allows this many bytes more. */
    void release(int bytes) throws IOException;
}
