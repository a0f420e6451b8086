package dev.atex.testingfarm.log;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.FarmRequest;
import dev.atex.testingfarm.api.PipelineLog;
import dev.atex.testingfarm.api.TestingFarm;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the machine of a request. One thread reads the request and another its log, so that an unreadable log does not hide
 * the end of the request. Used by one thread at a time.
 */
public final class GuestWatch {
    /** Malformed answers in a row after which this fails. */
    private static final int BAD_ANSWERS = 10;

    private final TestingFarm farm;
    private final GuestLog said;
    private final Consumer<FarmRequest> progress;
    private volatile @Nullable PipelineLog log;
    private int badAnswers;

    /** The result: a machine, or the end of the request. */
    private sealed interface Outcome {}

    private record Ready(String login) implements Outcome {}

    private record Ended(FarmRequest request) implements Outcome {}

    /**
     * Creates a watch that has not started.
     *
     * @param said receives the log
     * @param progress receives each state of the request, on any thread
     */
    public GuestWatch(TestingFarm farm, GuestLog said, Consumer<FarmRequest> progress) {
        this.farm = farm;
        this.said = said;
        this.progress = progress;
    }

    /** The request ended before it had a machine. */
    public static final class EndedException extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient FarmRequest request;

        private EndedException(FarmRequest request) {
            super(request.state());
            this.request = request;
        }

        public FarmRequest request() {
            return request;
        }
    }

    /** Waits for the machine; returns its {@code user@host}. */
    public String await(FarmRequest submitted) throws ApiException, EndedException, InterruptedException {
        CompletableFuture<Outcome> first = new CompletableFuture<>();
        Outcome outcome;
        try (TaskScope scope = TaskScope.open("guest of " + submitted.id())) {
            scope.run("request " + submitted.id(), () -> {
                try {
                    first.complete(new Ended(watchRequest(submitted, scope, first)));
                } catch (ApiException | RuntimeException | Error e) {
                    first.completeExceptionally(e);
                }
            });
            outcome = first.get();
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        }
        return switch (outcome) {
            case Ready ready -> ready.login();
            case Ended ended -> throw new EndedException(ended.request());
        };
    }

    private static ApiException rethrown(@Nullable Throwable cause) {
        return switch (cause) {
            case ApiException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> throw new IllegalStateException(cause);
        };
    }

    /** Returns when the request has ended. */
    private FarmRequest watchRequest(FarmRequest submitted, TaskScope scope, CompletableFuture<Outcome> first)
            throws ApiException, InterruptedException {
        FarmRequest now = submitted;
        while (true) {
            progress.accept(now);
            if (!now.isAlive()) {
                return now;
            }
            if (log == null) {
                Optional<PipelineLog> found = farm.log(now);
                if (found.isPresent()) {
                    log = found.get();
                    scope.run("log of " + submitted.id(), () -> watchLog(found.get(), first));
                }
            }
            now = later(now);
        }
    }

    private void watchLog(PipelineLog found, CompletableFuture<Outcome> first) throws InterruptedException {
        try {
            while (true) {
                found.read(said::take, Deadline.never());
                Optional<String> login = said.login();
                if (login.isPresent()) {
                    first.complete(new Ready(login.get()));
                    return;
                }
                Thread.sleep(farm.pace().poll()); // there is no event for new lines
            }
        } catch (ApiException | RuntimeException | Error e) {
            first.completeExceptionally(e);
        }
    }

    /** Reads the end of the log, unless it cannot be read now. */
    public void readEnd(FarmRequest ended, Deadline deadline) throws InterruptedException {
        try {
            Optional<PipelineLog> found = log == null ? farm.log(ended) : Optional.ofNullable(log);
            if (found.isPresent()) {
                found.get().read(said::take, deadline);
            }
        } catch (ApiException e) {
            return; // the message goes without it
        }
    }

    /** Reads the rest of a log that was found, unless it cannot be read now. */
    public void readOn(Deadline deadline) throws InterruptedException {
        PipelineLog found = log;
        if (found != null) {
            try {
                found.read(said::take, deadline);
            } catch (ApiException e) {
                return; // users have its URL
            }
        }
    }

    /** Returns the next state of the request. Ignores malformed answers, unless too many come in a row. */
    private FarmRequest later(FarmRequest seen) throws ApiException, InterruptedException {
        try {
            FarmRequest now = farm.next(seen, Deadline.never());
            badAnswers = 0;
            return now;
        } catch (ApiException.NotJsonType | ApiException.MalformedAnswer e) {
            if (++badAnswers >= BAD_ANSWERS) {
                throw e;
            }
            Thread.sleep(farm.pace().poll());
            return seen;
        }
    }
}
