package dev.atex.connection.support;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Exit;
import dev.atex.connection.Output;
import dev.atex.internal.files.FileProblems;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Appends the output of a command to a file, for connections that receive it as a stream. Removes the end mark, and is
 * complete when it has arrived. {@link #awaitComplete} reports a failure to store. Thread-safe. Storing blocks as long as the
 * disk does; {@link #announce} and the waits do not.
 */
public final class OutputFile {
    /** Without a mark, or if it does not arrive, output is complete after this long without output after the exit. */
    private static final Duration SILENCE = Duration.ofSeconds(2);

    private static final int CHUNK = 1 << 16;

    /** Held while the file is used, however long that takes. */
    private final ReentrantLock storing = new ReentrantLock();

    private final OutputStream file;
    private final Optional<MarkFilter> mark;
    private boolean closed;

    /** Guards the fields below; never held while the file is used. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private long received;
    /** Received bytes that are not stored yet. */
    private long pending;

    private boolean markFound;
    private boolean ended;
    private @Nullable IOException failure;

    /** Opens the file. */
    public OutputFile(Output.AppendTo output) throws IOException {
        file = new FileOutputStream(output.file().toFile(), true);
        mark = output.endMark().map(MarkFilter::new);
    }

    /** Stores more output. After a failure to store it, discards the rest. */
    public void accept(byte[] data, int offset, int length) {
        announce(length);
        store(data, offset, length);
    }

    /** Announces output that will be {@linkplain #store stored}, perhaps by another thread. Does not wait for the disk. */
    public void announce(int length) {
        lock.lock();
        try {
            received += length;
            pending += length;
        } finally {
            lock.unlock();
        }
    }

    /** Stores announced output. */
    public void store(byte[] data, int offset, int length) {
        storing.lock();
        try {
            write(data, offset, length);
            stored(length, null);
        } catch (IOException e) {
            stored(length, e);
        } finally {
            storing.unlock();
        }
    }

    /** Called with the lock for the file held. */
    private void write(byte[] data, int offset, int length) throws IOException {
        if (isOver()) {
            return;
        }
        if (mark.isPresent()) {
            mark.get().accept(data, offset, length, file::write);
        } else {
            file.write(data, offset, length);
        }
    }

    private boolean isOver() {
        lock.lock();
        try {
            return ended || failure != null;
        } finally {
            lock.unlock();
        }
    }

    /** Called with the lock for the file held. */
    private void stored(int length, @Nullable IOException why) {
        boolean found = mark.map(MarkFilter::isFound).orElse(false);
        lock.lock();
        try {
            pending -= length;
            markFound = found;
            if (why != null) {
                failure = why;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Stores everything from a stream, and closes the file.
     *
     * @throws IOException if the stream cannot be read; output before that is stored
     */
    public void acceptAll(InputStream stream) throws IOException {
        byte[] buffer = new byte[CHUNK];
        try {
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                accept(buffer, 0, n);
            }
        } finally {
            end();
        }
    }

    /** Ends the output: closes the file. Idempotent. */
    public void end() {
        storing.lock();
        try {
            close();
            over(null);
        } catch (IOException e) {
            over(e);
        } finally {
            storing.unlock();
        }
    }

    /** Called with the lock for the file held. */
    private void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (file) {
            if (mark.isPresent() && !isOver()) {
                mark.get().end(file::write);
            }
        }
    }

    private void over(@Nullable IOException why) {
        lock.lock();
        try {
            ended = true;
            if (why != null) {
                failure = why;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the outputs of a command that has ended are in their files, and returns its end.
     *
     * @param ended the end of the command
     * @return {@code ended}, {@link Exit.StillRunning} if the deadline came first, {@link Exit.TransportLost} if they
     *     cannot be stored
     */
    public static Exit stored(Exit ended, List<OutputFile> files, Deadline deadline) throws InterruptedException {
        try {
            for (OutputFile file : files) {
                if (!file.awaitComplete(deadline)) {
                    return new Exit.StillRunning();
                }
            }
            return ended;
        } catch (IOException e) {
            return notStored(e);
        }
    }

    /** Returns the end of a command whose output cannot be stored. */
    public static Exit notStored(IOException why) {
        return new Exit.TransportLost(
                new ConnectionException("cannot store the output of a command: " + FileProblems.of(why), why));
    }

    /**
     * Waits until the file has all output of the command, which has ended.
     *
     * @return false if the deadline came first
     * @throws IOException if it could not be written
     */
    public boolean awaitComplete(Deadline deadline) throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            long seen = -1;
            Deadline silence = Deadline.never();
            while (!ended && failure == null && !markFound) {
                if (seen != received || pending > 0) {
                    seen = received;
                    silence = Deadline.after(SILENCE);
                }
                if (deadline.isExpired()) {
                    return false;
                }
                if (silence.isExpired()) {
                    break;
                }
                long _ = changed.awaitNanos(Math.min(deadline.remainingNanos(), silence.remainingNanos()));
            }
            if (failure != null) {
                throw failure;
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
