package dev.atex.run.engine;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.internal.files.Failures;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.Remote;
import dev.atex.run.RunEvent;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Uses one provisioner of a run: one thread passes requests on, in order, and another takes machines. */
final class ProvisionerWorker {
    private static final Duration MOMENT = Duration.ofSeconds(1);
    private static final int CLEAR = -1;

    private final String name;
    private final Provisioner provisioner;
    private final Duration stopLimit;
    private final Inbox inbox;
    private final TaskScope scope;
    private final BiConsumer<ProvisionerWorker, Remote> onRemote;
    private final LinkedBlockingQueue<Integer> requests = new LinkedBlockingQueue<>();

    /** Number of open requests; negative if the provisioner returns more machines than requested. */
    private final AtomicLong open = new AtomicLong();

    private TaskScope.@Nullable Task<Void> asking;
    private TaskScope.@Nullable Task<Void> stopping;
    private volatile TaskScope.@Nullable Task<Void> taking;

    /** True once it should stop; then it does not even start. */
    private volatile boolean over;

    ProvisionerWorker(
            RunPlan.Source source,
            Duration stopLimit,
            Inbox inbox,
            TaskScope scope,
            BiConsumer<ProvisionerWorker, Remote> onRemote) {
        this.name = source.name();
        this.provisioner = source.provisioner();
        this.stopLimit = stopLimit;
        this.inbox = inbox;
        this.scope = scope;
        this.onRemote = onRemote;
    }

    String name() {
        return name;
    }

    void open() {
        asking = scope.run(name + "/requests", this::ask);
    }

    void provision(int count) {
        requests.add(count);
    }

    void clear() {
        requests.add(CLEAR);
    }

    private void ask() throws InterruptedException {
        try {
            if (over) {
                return;
            }
            provisioner.onProgress(progress ->
                    inbox.post(at -> new RunEvent.ProvisionProgress(at, name, progress.machine(), progress.facts())));
            provisioner.start();
            taking = scope.run(name + "/machines", this::take);
            while (true) {
                int request = requests.take();
                if (request == CLEAR) {
                    int dropped = Math.max(0, provisioner.clear());
                    open.addAndGet(-dropped);
                    inbox.post(at -> new RunEvent.ProvisionCleared(at, name, dropped));
                } else {
                    open.addAndGet(request);
                    provisioner.provision(request);
                }
            }
        } catch (InterruptedException e) {
            throw e;
        } catch (Throwable failure) {
            if (!over) {
                fail(Failures.describe(failure));
            }
        }
    }

    private void take() {
        try {
            while (true) {
                try {
                    Optional<Remote> remote = provisioner.remote(Deadline.never());
                    if (remote.isPresent()) {
                        open.decrementAndGet();
                        onRemote.accept(this, remote.get());
                    }
                } catch (ProvisionException e) {
                    if (e.extent() == ProvisionException.Extent.PROVISIONER) {
                        throw e; // ends all requests
                    }
                    if (open.getAndDecrement() <= 0) {
                        throw e; // without a request, it would fail like this forever
                    }
                    String message = Failures.describe(e);
                    inbox.post(at -> new RunEvent.ProvisionFailed(at, name, message));
                }
            }
        } catch (InterruptedException e) {
            // The provisioner was stopped; this ends the thread.
        } catch (Throwable failure) {
            fail(Failures.describe(failure));
        }
    }

    private void fail(String message) {
        inbox.post(at -> new RunEvent.ProvisionerFailed(at, name, message));
    }

    /**
     * Stops the provisioner and then both threads; no machine comes from here after {@code ProvisionerStopped}.
     *
     * @param before runs first
     */
    void stop(TaskScope.Body before) {
        over = true;
        stopping = scope.run(name + "/stop", () -> {
            Optional<String> problem = Optional.empty();
            try {
                before.run();
                provisioner.stop(Deadline.after(stopLimit));
            } catch (Throwable failure) {
                problem = Optional.of(Failures.describe(failure));
            }
            end(asking);
            end(taking);
            Optional<String> left = problem;
            inbox.post(at -> new RunEvent.ProvisionerStopped(at, name, left));
        });
    }

    /** Waits for the end of {@link #stop}. */
    void awaitStopped(Deadline deadline) throws InterruptedException {
        TaskScope.Task<Void> stop = stopping;
        if (stop != null) {
            stop.awaitEnd(deadline);
        }
    }

    private void end(TaskScope.@Nullable Task<Void> thread) throws InterruptedException {
        if (thread != null) {
            thread.interrupt();
            if (!thread.awaitEnd(Deadline.after(MOMENT))) {
                inbox.hookFailed("provisioner " + name, "it goes on although it was stopped and interrupted");
            }
        }
    }
}
