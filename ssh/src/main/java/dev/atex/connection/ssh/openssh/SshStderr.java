package dev.atex.connection.ssh.openssh;

import dev.atex.concurrent.Deadline;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Keeps the last lines that {@code ssh} printed to standard error. Thread-safe. */
final class SshStderr {
    private static final int KEPT = 20;

    private final Deque<String> lines = new ArrayDeque<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    /** Reads the stream to its end. */
    Void read(InputStream from) throws IOException {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                synchronized (this) {
                    lines.add(line.strip());
                    if (lines.size() > KEPT) {
                        lines.remove();
                    }
                }
            }
        } finally {
            ended.countDown();
        }
        return null;
    }

    /** Waits for the end of the stream. Returns false if the deadline expires first. */
    boolean await(Deadline deadline) throws InterruptedException {
        return ended.await(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    }

    /** Returns the kept lines as one line. */
    synchronized String text() {
        return String.join("; ", lines);
    }
}
