package dev.atex.connection.ssh.mina.output;

import java.io.IOException;

/** Tells the other side that it may send more. */
@FunctionalInterface
public interface Release {
    /** So much more. */
    void release(int bytes) throws IOException;
}
