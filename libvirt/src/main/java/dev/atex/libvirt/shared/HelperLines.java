package dev.atex.libvirt.shared;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Sends JSON objects to a helper, one line each, and receives an answer to each, in order. Thread-safe; one request at a time.
 *
 * <p>After anything unexpected the exchange is over for good: a late answer could be taken for that to another request.
 */
final class HelperLines implements AutoCloseable {
    /** The helper cuts longer lines; longer answers are refused. */
    static final int LONGEST_LINE = 1 << 20;

    /** How long an answer is awaited whose request was interrupted. */
    private static final Duration LATE_ANSWER = Duration.ofSeconds(10);

    private static final Duration END = Duration.ofSeconds(5);
    private static final int KEPT_ERRORS = 2000;

    private final String name;
    private final HelperChannel channel;
    private final ReentrantLock lock = new ReentrantLock();
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private final CompletableFuture<Void> errorsRead = new CompletableFuture<>();
    private final StringBuilder errors = new StringBuilder();
    private volatile @Nullable OutputStream console;

    /** The answer that is awaited; null if none is. Guarded by {@code this}. */
    private @Nullable CompletableFuture<byte[]> pending;

    /** Starts to read from a helper that was just started. */
    HelperLines(String name, HelperChannel channel) {
        this.name = name;
        this.channel = channel;
        Thread.ofPlatform().daemon().name("helper answers").start(this::readAnswers);
        Thread.ofPlatform().daemon().name("helper errors").start(this::readErrors);
    }

    /** Returns a future of the reason why the exchange is over. */
    CompletableFuture<String> ended() {
        return ended;
    }

    /** Copies what the helper writes to standard error from now on; null ends that. */
    void copyErrorsTo(@Nullable OutputStream to) {
        console = to;
    }

    /**
     * Sends a request and returns the answer.
     *
     * @param bytes sent after the line
     * @throws HelperLostException the helper ended, did not answer in time, or answered something else than a JSON object
     * @throws InterruptedException the answer comes later and is dropped
     */
    Map<?, ?> exchange(Map<String, ?> request, byte[] bytes, Deadline deadline)
            throws HelperLostException, InterruptedException {
        byte[] line = (Json.write(request) + "\n").getBytes(StandardCharsets.UTF_8);
        if (line.length > LONGEST_LINE) {
            throw new IllegalArgumentException("a request of " + line.length + " bytes is too long for " + name);
        }
        lock.lockInterruptibly();
        try {
            dropLateAnswer(deadline);
            CompletableFuture<byte[]> answer = new CompletableFuture<>();
            synchronized (this) {
                checkAlive();
                pending = answer;
            }
            // a platform thread: a write to a pipe that nobody reads blocks, and only the end of the helper ends it
            Thread.ofPlatform().daemon().name("helper request").start(() -> send(line, bytes));
            byte[] received = await(answer, deadline, String.valueOf(request.get("cmd")));
            if (parse(received) instanceof Map<?, ?> object) {
                return object;
            }
            throw end("it answered with something else than a JSON object: " + cut(received));
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Object parse(byte[] answer) throws HelperLostException {
        try {
            return Json.parse(answer);
        } catch (JsonException e) {
            throw end("it answered with a line that is not JSON: " + cut(answer));
        }
    }

    private static String cut(byte[] line) {
        String text = new String(line, StandardCharsets.UTF_8);
        return text.length() > 200 ? text.substring(0, 200) + "..." : text;
    }

    private void dropLateAnswer(Deadline deadline) throws HelperLostException, InterruptedException {
        CompletableFuture<byte[]> late;
        synchronized (this) {
            late = pending;
        }
        if (late != null) {
            byte[] _ = await(late, deadline.orAfter(LATE_ANSWER), "interrupted request");
        }
    }

    private byte[] await(CompletableFuture<byte[]> answer, Deadline deadline, String what)
            throws HelperLostException, InterruptedException {
        try {
            byte[] line = answer.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
            synchronized (this) {
                pending = null;
            }
            return line;
        } catch (TimeoutException e) {
            throw end("it did not answer in time ('" + what + "')");
        } catch (ExecutionException e) {
            throw new HelperLostException(
                    String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()));
        }
    }

    private void send(byte[] line, byte[] bytes) {
        try {
            OutputStream to = channel.stdin();
            to.write(line);
            to.write(bytes);
            to.flush();
        } catch (IOException e) {
            // it has ended or will: the reader of the answers tells why
        }
    }

    private void checkAlive() throws HelperLostException {
        String why = ended.getNow(null);
        if (why != null) {
            throw new HelperLostException(why);
        }
    }

    /** Ends the exchange for good, and returns the exception for it. */
    HelperLostException end(String why) {
        String message = message(why);
        CompletableFuture<byte[]> waiting;
        synchronized (this) {
            waiting = pending;
        }
        channel.kill();
        boolean _ = ended.complete(message);
        HelperLostException lost = new HelperLostException(ended.getNow(message));
        if (waiting != null) {
            waiting.completeExceptionally(lost);
        }
        return lost;
    }

    private String message(String why) {
        return name + ": the helper cannot be used any more: " + why;
    }

    private void readAnswers() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        byte[] chunk = new byte[16 << 10];
        try {
            InputStream from = channel.stdout();
            for (int n = from.read(chunk); n >= 0; n = from.read(chunk)) {
                for (int start = 0; start < n; ) {
                    int newline = start;
                    while (newline < n && chunk[newline] != '\n') {
                        newline++;
                    }
                    line.write(chunk, start, newline - start);
                    start = newline + 1;
                    if (line.size() > LONGEST_LINE) {
                        throw end("it answered with a line of more than 1 MiB");
                    }
                    if (newline < n) {
                        deliver(line.toByteArray());
                        line.reset();
                    }
                }
            }
        } catch (HelperLostException e) {
            return;
        } catch (IOException e) {
            HelperLostException _ = end("the connection to it was lost: " + e.getMessage());
            return;
        }
        try { // the reason may be there, such as "command not found"
            errorsRead.get(1, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            // a process that it left has the stream, or nobody needs the reason
        }
        HelperLostException _ = end("it has ended" + lastErrors());
    }

    private void deliver(byte[] answer) throws HelperLostException {
        CompletableFuture<byte[]> waiting;
        synchronized (this) {
            waiting = pending;
        }
        if (waiting == null || !waiting.complete(answer)) {
            throw end("it answered without a request: " + cut(answer));
        }
    }

    private void readErrors() {
        byte[] chunk = new byte[8 << 10];
        try {
            InputStream from = channel.stderr();
            for (int n = from.read(chunk); n >= 0; n = from.read(chunk)) {
                OutputStream copy = console;
                if (copy != null) {
                    copy.write(chunk, 0, n);
                    copy.flush();
                }
                synchronized (errors) {
                    errors.append(new String(chunk, 0, n, StandardCharsets.UTF_8));
                    errors.delete(0, Math.max(0, errors.length() - KEPT_ERRORS));
                }
            }
        } catch (IOException e) {
            // ended, or nobody reads the copy
        } finally {
            errorsRead.complete(null);
        }
    }

    private String lastErrors() {
        synchronized (errors) {
            String text = errors.toString().strip();
            return text.isEmpty() ? "" : ": " + text;
        }
    }

    /** Closes standard input, which ends a helper that works; kills one that does not end. */
    @Override
    public void close() {
        boolean _ = ended.complete(message("it was closed"));
        Thread closing = Thread.ofPlatform().daemon().name("helper close").unstarted(() -> {
            try {
                channel.stdin().close();
                boolean _ = channel.awaitEnd(Deadline.after(END));
            } catch (IOException | InterruptedException e) {
                // killed below
            }
        });
        boolean interrupted = Thread.interrupted();
        closing.start();
        try {
            boolean _ = closing.join(END);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        HelperLostException _ = end("it was closed");
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
