package dev.atex.connection.ssh;

import java.io.IOException;

/** Tells the other side that it may send more. */
@FunctionalInterface
interface Release {
    /** So much more. */
    void release(int bytes) throws IOException;
}
