package dev.atex.internal.concurrent;

import dev.atex.concurrent.Deadline;
import dev.atex.concurrent.ProcessLauncher;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A program of this host that is called for its exit code and what it prints. It goes on when nobody waits for it.
 * Thread-safe.
 *
 * <p>What it prints is read while it runs, so that it can print as much as it likes. A process that it leaves behind and
 * that has its output open is not waited for.
 */
public final class ProgramCall {
    /** Of each output, this much from its beginning is kept. */
    public static final int KEPT = 16 << 20;

    /** An output that is still open after the program's end belongs to somebody else by now. */
    private static final Duration STRAGGLERS = Duration.ofSeconds(1);

    private static final int CHUNK = 16 << 10;

    private final Process process;
    private final Sink out;
    private final Sink err;

    private ProgramCall(Process process) {
        this.process = process;
        this.out = new Sink(process.getInputStream());
        this.err = new Sink(process.getErrorStream());
    }

    /**
     * What it ended with.
     *
     * @param exitCode 128 more than the number of the signal, if it was one
     * @param out what it printed, in UTF-8
     * @param err what it said; empty if it goes where {@code out} does
     * @param whole whether that is all of it, or only its first {@link #KEPT} bytes
     */
    public record Result(int exitCode, String out, String err, boolean whole) {}

    /**
     * Starts it. Its standard input is empty unless the builder says where it comes from; where its outputs go is as the
     * builder says, by default here.
     *
     * @throws IOException as {@link ProcessBuilder#start()} does
     */
    public static ProgramCall start(ProcessBuilder builder) throws IOException {
        Process process = ProcessLauncher.start(builder);
        ProgramCall call = new ProgramCall(process);
        // Platform threads of its own: a blocked read of a pipe can be ended by nobody but those who have it open.
        for (Sink sink : List.of(call.out, call.err)) {
            Thread.ofPlatform().daemon().name("output of a program").start(sink::drain);
        }
        if (builder.redirectInput().type() == ProcessBuilder.Redirect.Type.PIPE) {
            process.getOutputStream().close();
        }
        return call;
    }

    /** Whether it has not ended. */
    public boolean isRunning() {
        return process.isAlive();
    }

    /** Asks it to end. */
    public void terminate() {
        process.destroy();
    }

    /** Ends it by force. */
    public void kill() {
        process.destroyForcibly();
    }

    /** Waits for its end; empty if the deadline came first. */
    public Optional<Result> await(Deadline deadline) throws InterruptedException {
        if (!process.waitFor(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
            return Optional.empty();
        }
        Deadline patience = Deadline.after(STRAGGLERS);
        out.awaitEnd(patience);
        err.awaitEnd(patience);
        return Optional.of(new Result(process.exitValue(), out.text(), err.text(), out.isWhole() && err.isWhole()));
    }

    /** One output. */
    private static final class Sink {
        private final InputStream from;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile boolean whole = true;

        Sink(InputStream from) {
            this.from = from;
        }

        void drain() {
            byte[] chunk = new byte[CHUNK];
            try (from) {
                for (int n = from.read(chunk); n >= 0; n = from.read(chunk)) {
                    int room = Math.min(n, KEPT - kept.size());
                    kept.write(chunk, 0, room);
                    if (room < n) {
                        whole = false;
                    }
                }
            } catch (IOException e) {
                whole = false;
            } finally {
                ended.countDown();
            }
        }

        void awaitEnd(Deadline deadline) throws InterruptedException {
            boolean _ = ended.await(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        }

        String text() {
            return kept.toString(StandardCharsets.UTF_8);
        }

        boolean isWhole() {
            return whole;
        }
    }
}
