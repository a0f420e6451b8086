package dev.atex.internal.concurrent;

import dev.atex.concurrent.Deadline;
import dev.atex.concurrent.ProcessLauncher;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A call of a local program for its exit code and its output. It continues if nobody waits for it. Thread-safe.
 *
 * <p>Its output is read while it runs, so that it never blocks. Remaining children that hold its output open do not delay
 * its end.
 */
public final class ProgramCall {
    /** The number of bytes that are kept of each output, from its start. */
    public static final int KEPT = 16 << 20;

    /** The wait for an output that is still open after the program's end. */
    private static final Duration STRAGGLERS = Duration.ofSeconds(1);

    private static final int CHUNK = 16 << 10;

    /** The size of a pipe on Linux. */
    private static final int MOST_INPUT = 64 << 10;

    private final Process process;
    private final Sink out;
    private final Sink err;

    private ProgramCall(Process process) {
        this.process = process;
        this.out = new Sink(process.getInputStream());
        this.err = new Sink(process.getErrorStream());
    }

    /**
     * The result of a call.
     *
     * @param exitCode exit code; 128 plus the number of the signal, if one killed it
     * @param out its standard output, in UTF-8
     * @param err its standard error; empty if that goes to {@code out}
     * @param whole whether that is all output, and not only the first {@link #KEPT} bytes
     */
    public record Result(int exitCode, String out, String err, boolean whole) {}

    /**
     * Starts the program. Standard input is empty unless the builder redirects it. Outputs that the builder does not redirect
     * are in the result.
     *
     * @throws IOException as {@link ProcessBuilder#start()} does
     */
    public static ProgramCall start(ProcessBuilder builder) throws IOException {
        Process process = ProcessLauncher.start(builder);
        ProgramCall call = new ProgramCall(process);
        call.drain();
        if (builder.redirectInput().type() == ProcessBuilder.Redirect.Type.PIPE) {
            process.getOutputStream().close();
        }
        return call;
    }

    /**
     * Starts the program with this standard input, of at most {@value #MOST_INPUT} bytes.
     *
     * @throws IOException as {@link ProcessBuilder#start()} does
     */
    public static ProgramCall start(ProcessBuilder builder, byte[] input) throws IOException {
        if (input.length > MOST_INPUT) {
            throw new IOException(
                    "the input of a program has " + input.length + " bytes, at most " + MOST_INPUT + " are possible");
        }
        Process process = ProcessLauncher.start(builder.redirectInput(ProcessBuilder.Redirect.PIPE));
        ProgramCall call = new ProgramCall(process);
        call.drain();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input); // fits into the pipe, so it does not block
        } catch (IOException e) {
            // the program has ended without reading it; its result says why
        }
        return call;
    }

    /** On platform threads of their own: only closing the other end can end a blocked read of a pipe. */
    private void drain() {
        for (Sink sink : List.of(out, err)) {
            Thread.ofPlatform().daemon().name("output of a program").start(sink::drain);
        }
    }

    /** Returns whether it is running. */
    public boolean isRunning() {
        return process.isAlive();
    }

    /** Terminates it. */
    public void terminate() {
        process.destroy();
    }

    /** Kills it. */
    public void kill() {
        process.destroyForcibly();
    }

    /** Waits for its end and returns its result; empty if the deadline came first. */
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
