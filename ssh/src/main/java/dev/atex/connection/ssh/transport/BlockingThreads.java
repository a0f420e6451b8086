package dev.atex.connection.ssh.transport;

import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/**
 * Threads for what may block, so that the few of the network never do: files, the agent. There are as many as are needed at
 * a time; those without work end after a minute, and all end with the process.
 *
 * <p>Platform threads: a virtual one that writes to a file system that hangs would hold its carrier.
 */
public final class BlockingThreads {
    /** For all connections of this process. */
    public static final Executor ALL = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("ssh-blocking-", 0).factory());

    private BlockingThreads() {}
}
