package dev.atex.connection;

import dev.atex.concurrent.Deadline;
import dev.atex.files.FileProblems;
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
 * Stores what a command writes, for connections that get it as a stream: appended to a file, without the end mark, and
 * known to be complete when that has come. Failures to store it are told by {@link #awaitComplete}. Thread-safe.
 */
public final class OutputFile {
    /** Where there is no mark, or it does not come, output is complete when none has come for this long after the exit. */
    private static final Duration SILENCE = Duration.ofSeconds(2);

    private static final int CHUNK = 1 << 16;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final OutputStream file;
    private final Optional<MarkFilter> mark;
    private long received;
    private boolean ended;
    private @Nullable IOException failure;

    /** Opens the file. */
    public OutputFile(Output.AppendTo output) throws IOException {
        file = new FileOutputStream(output.file().toFile(), true);
        mark = output.endMark().map(MarkFilter::new);
    }

    /** Takes more of it; never blocks but for the disk. After a failure to store it, the rest is thrown away. */
    public void accept(byte[] data, int offset, int length) {
        lock.lock();
        try {
            received += length;
            if (!ended && failure == null) {
                if (mark.isPresent()) {
                    mark.get().accept(data, offset, length, file::write);
                } else {
                    file.write(data, offset, length);
                }
            }
        } catch (IOException e) {
            failure = e;
        } finally {
            changed.signalAll();
            lock.unlock();
        }
    }

    /**
     * Takes all that comes from a stream, and closes the file.
     *
     * @throws IOException the stream cannot be read; what came before is stored
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

    /** There is no more: closes the file. Idempotent. */
    public void end() {
        lock.lock();
        try {
            if (!ended) {
                ended = true;
                if (mark.isPresent() && failure == null) {
                    mark.get().end(file::write);
                }
                file.close();
            }
        } catch (IOException e) {
            failure = e;
        } finally {
            changed.signalAll();
            lock.unlock();
        }
    }

    /**
     * How a command has ended, once its outputs are in their files.
     *
     * @param ended how it did
     * @return {@link Exit.StillRunning} if the deadline came first, {@link Exit.TransportLost} if they cannot be stored
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

    /** What has become of a command whose output cannot be stored. */
    public static Exit notStored(IOException why) {
        return new Exit.TransportLost(
                new ConnectionException("cannot store the output of a command: " + FileProblems.of(why), why));
    }

    /**
     * Waits until the file has all that the command, which has ended, has written.
     *
     * @return false if the deadline came first
     * @throws IOException it could not be written
     */
    public boolean awaitComplete(Deadline deadline) throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            long seen = -1;
            Deadline silence = Deadline.never();
            while (!ended && failure == null && !mark.map(MarkFilter::isFound).orElse(false)) {
                if (seen != received) {
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
