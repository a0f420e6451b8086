package dev.atex.report;

import dev.atex.concurrent.Deadline;
import dev.atex.json.JsonBytes;
import dev.atex.orchestrator.RunEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The fold of a run that goes on, and those who follow it. Costs next to nothing while nobody looks. Thread-safe. */
final class LiveRun {
    /** News come no faster than this, however fast things happen. */
    private static final long BETWEEN_NEWS = TimeUnit.MILLISECONDS.toNanos(500);

    /** Tells a connection that is gone from a run in which nothing happens. */
    private static final long SIGN_OF_LIFE = TimeUnit.SECONDS.toNanos(15);

    /** Events that are kept until somebody looks. */
    private static final int MOST_UNSEEN = 100_000;

    private final Path results;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Condition endedOrLeft = lock.newCondition();

    // All under the lock.
    private final List<RunEvent> unseen = new ArrayList<>();
    private final ReportFold fold;
    private final Map<String, Long> changes = new HashMap<>();
    private long version;
    private long committed;
    private long read;
    private boolean ended;
    private int readers;

    LiveRun(Path directory) {
        results = directory.resolve("results.jsonl");
        fold = new ReportFold(directory);
    }

    /** Only keeps the event: it is looked at when somebody wants to know. */
    void on(RunEvent event) {
        lock.lock();
        try {
            version++;
            unseen.add(event);
            if (unseen.size() >= MOST_UNSEEN) {
                lookAtAll();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void lookAtAll() {
        unseen.forEach(this::lookAt);
        unseen.clear();
    }

    private void lookAt(RunEvent event) {
        fold.on(event);
        switch (event) {
            case RunEvent.TestStarted e -> changes.put(e.test(), version);
            case RunEvent.TestFinished e -> changes.put(e.test(), version);
            case RunEvent.TestNotRun e -> changes.put(e.test(), version);
            case RunEvent.AttemptSuperseded e -> changes.put(e.test(), version);
            case RunEvent.IngestFailed e -> changes.put(e.test(), version);
            case RunEvent.AttemptIngested e -> stored(e.test(), e.commit().position());
            case RunEvent.AttemptRecovered e -> stored(e.test(), e.commit().position());
            case RunEvent.RunResumed e -> {
                e.tests().forEach(test -> changes.put(test, version));
                read = 0; // lines may have moved
                committed = 0;
                fold.forgetResults();
            }
            case RunEvent.RunStarted _,
                    RunEvent.ProvisionRequested _,
                    RunEvent.ProvisionCleared _,
                    RunEvent.ProvisionFailed _,
                    RunEvent.ProvisionerFailed _,
                    RunEvent.ProvisionerStopped _,
                    RunEvent.RemoteReady _,
                    RunEvent.SetUpFinished _,
                    RunEvent.SetUpFailed _,
                    RunEvent.ReleaseStarted _,
                    RunEvent.RemoteReleased _,
                    RunEvent.ReleaseFailed _,
                    RunEvent.HookFailed _,
                    RunEvent.DeadlineExpired _,
                    RunEvent.Interrupted _,
                    RunEvent.RunFinished _ -> {}
        }
    }

    private void stored(String test, String position) {
        changes.put(test, version);
        try {
            committed = Math.max(committed, Long.parseLong(position.substring(position.indexOf('-') + 1)));
        } catch (NumberFormatException e) {
            committed = Long.MAX_VALUE; // of an output of another kind: whatever is there
        }
    }

    RunReport report() throws IOException {
        lock.lock();
        try {
            return current();
        } finally {
            lock.unlock();
        }
    }

    private RunReport current() throws IOException {
        lookAtAll();
        if (read < committed) {
            try (RandomAccessFile in = new RandomAccessFile(results.toFile(), "r")) {
                long end = Math.min(committed, in.length());
                byte[] lines = new byte[Math.toIntExact(end - read)];
                in.seek(read);
                in.readFully(lines);
                Result.readAll(lines, results, fold::result);
                read = end;
            }
        }
        return fold.report();
    }

    /** Sends what changes, from everything that is not in the page yet, until the run ends. */
    void follow(OutputStream out) throws IOException, InterruptedException {
        long seen = -1;
        lock.lockInterruptibly();
        try {
            boolean last;
            do {
                last = ended;
                if (version > seen || last) {
                    JsonBytes news = news(seen);
                    seen = version;
                    send(out, news);
                    pauseUntilEnd(BETWEEN_NEWS);
                } else {
                    send(out, null);
                }
                if (version == seen && !ended) {
                    awaitChange(SIGN_OF_LIFE);
                }
            } while (!last);
        } finally {
            lock.unlock();
        }
    }

    /** Somebody begins to follow, and will have the end of it even when the run ends now. */
    void enter() {
        count(1);
    }

    /** Somebody who followed has been sent everything. */
    void leave() {
        count(-1);
    }

    private void count(int more) {
        lock.lock();
        try {
            readers += more;
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

    private void awaitChange(long nanos) throws InterruptedException {
        long known = version;
        long left = nanos;
        while (left > 0 && !ended && version == known) {
            left = changed.awaitNanos(left);
        }
    }

    private JsonBytes news(long seen) throws IOException {
        RunReport now = current();
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < now.tests().size(); i++) {
            if (seen < 0 || changes.getOrDefault(now.tests().get(i).name(), -1L) > seen) {
                places.add(i);
            }
        }
        return new PageData(now, true).news(places);
    }

    /** A reader that takes its time must not hold up the run. */
    private void send(OutputStream out, @Nullable JsonBytes news) throws IOException {
        lock.unlock();
        try {
            if (news == null) {
                out.write(":\n\n".getBytes(StandardCharsets.US_ASCII));
            } else {
                out.write("data: ".getBytes(StandardCharsets.US_ASCII));
                news.writeTo(out);
                out.write("\n\n".getBytes(StandardCharsets.US_ASCII));
            }
            out.flush();
        } finally {
            lock.lock();
        }
    }

    /** Nothing more will happen. */
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

    /** Waits until everybody who follows has heard of the end. */
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
}
