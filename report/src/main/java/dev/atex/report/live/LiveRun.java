package dev.atex.report.live;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.json.JsonBytes;
import dev.atex.report.model.ReportFold;
import dev.atex.report.model.RunReport;
import dev.atex.report.page.PageData;
import dev.atex.run.EventTail;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The state of a running run, and the pages that follow it. It reads the run's log only when a page asks: a run
 * without viewers costs nothing. Thread-safe.
 */
final class LiveRun implements AutoCloseable {
    /** The minimum time between two updates. */
    private static final long BETWEEN_NEWS = TimeUnit.MILLISECONDS.toNanos(500);

    /** Sent when nothing happens, to detect connections that are gone. */
    private static final long SIGN_OF_LIFE = TimeUnit.SECONDS.toNanos(15);

    private final Path log;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Condition endedOrLeft = lock.newCondition();

    /** True if a page waits for a change. */
    private volatile boolean awaited;

    // Guarded by the lock.
    private final Map<String, Long> changes = new HashMap<>();
    private final ReportFold fold;
    private @Nullable EventTail tail;
    private long version;
    private long signals;
    private int session;
    private long read;
    private boolean ended;
    private int readers;

    LiveRun(Path directory) {
        log = directory.resolve("events.jsonl");
        fold = new ReportFold(directory, test -> changes.put(test, version));
    }

    /** Called when the log may have grown. */
    void changed() {
        if (awaited) {
            lock.lock();
            try {
                awaited = false;
                signals++;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** The current state of the run and its version. */
    record Snapshot(RunReport report, long version) {}

    Snapshot snapshot() throws IOException {
        lock.lock();
        try {
            return new Snapshot(current(), version);
        } finally {
            lock.unlock();
        }
    }

    private RunReport current() throws IOException {
        readLog();
        if (session != fold.sessions()) { // a resume may have moved lines
            session = fold.sessions();
            fold.forgetResults();
            read = 0;
        }
        if (read < fold.committed()) {
            read = fold.readResults(read, fold.committed());
        }
        return fold.report();
    }

    private void readLog() throws IOException {
        if (tail == null && Files.exists(log)) {
            tail = EventTail.open(log);
        }
        if (tail != null) {
            tail.read(event -> {
                version++;
                fold.on(event);
            });
        }
    }

    /**
     * Sends changes until the run ends, collecting those of a short time in one message.
     *
     * @param since the version that the page has
     */
    void follow(OutputStream out, long since) throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            readLog();
            long seen = since > version ? -1 : since;
            send(out, null, seen);
            boolean last;
            do {
                last = ended;
                awaited = true; // set before the log is read
                long known = signals;
                readLog();
                if (version > seen || last) {
                    JsonBytes news = news(seen);
                    seen = version;
                    send(out, news, seen);
                }
                if (!last && !awaitChange(known, SIGN_OF_LIFE)) {
                    send(out, null, seen);
                }
                pauseUntilEnd(BETWEEN_NEWS);
            } while (!last);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Registers a page, which will get the last update even if the run ends now.
     *
     * @return false if there are too many pages
     */
    boolean enter(int most) {
        lock.lock();
        try {
            if (readers >= most) {
                return false;
            }
            readers++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Unregisters a page that has got everything. */
    void leave() {
        lock.lock();
        try {
            readers--;
            endedOrLeft.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void pauseUntilEnd(long nanos) throws InterruptedException {
        long left = nanos;
        while (left > 0 && !ended) {
            left = endedOrLeft.awaitNanos(left);
        }
    }

    /** Waits for a change; returns false if there was none in time. */
    private boolean awaitChange(long known, long nanos) throws InterruptedException {
        long left = nanos;
        while (left > 0 && !ended && signals == known) {
            left = changed.awaitNanos(left);
        }
        return ended || signals != known;
    }

    private JsonBytes news(long seen) throws IOException {
        RunReport now = current();
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < now.tests().size(); i++) {
            if (seen < 0 || changes.getOrDefault(now.tests().get(i).name(), -1L) > seen) {
                places.add(i);
            }
        }
        return PageData.live(now, version).news(places);
    }

    /** Sends without the lock: a slow page must not delay the run. */
    private void send(OutputStream out, @Nullable JsonBytes news, long seen) throws IOException {
        lock.unlock();
        try {
            if (news == null) {
                out.write(":\n\n".getBytes(StandardCharsets.US_ASCII));
            } else {
                out.write(("id: " + seen + "\ndata: ").getBytes(StandardCharsets.US_ASCII));
                news.writeTo(out);
                out.write("\n\n".getBytes(StandardCharsets.US_ASCII));
            }
            out.flush();
        } finally {
            lock.lock();
        }
    }

    /** Ends all updates. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
            endedOrLeft.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all pages have got the last update. */
    void awaitReaders(Deadline deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = deadline.remaining().toNanos();
            while (readers > 0 && left > 0) {
                left = endedOrLeft.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (tail != null) {
                tail.close();
                tail = null;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.unlock();
        }
    }
}
