package dev.atex.connection.ssh.transport;

import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/**
 * Threads for work that may block (files, the agent), so that the few network threads never do. Their number grows as needed;
 * idle threads end after a minute. They are daemons.
 *
 * <p>They are platform threads: a virtual thread that writes to a hanging file system would block its carrier.
 */
public final class BlockingThreads {
    /** Runs tasks of all connections of this process. */
    public static final Executor ALL = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("ssh-blocking-", 0).factory());

    private BlockingThreads() {}
}
