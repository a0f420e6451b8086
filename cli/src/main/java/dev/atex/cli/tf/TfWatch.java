package dev.atex.cli.tf;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.FarmRequest;
import dev.atex.testingfarm.api.PipelineLog;
import dev.atex.testingfarm.api.TestingFarm;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows a request to its end. Its state and its log come from different hosts, and each is read by a thread of its own: one that
 * is away does not hold the other up.
 */
final class TfWatch {
    /** How long to read the log after the request has ended. */
    private static final Duration LAST_WORDS = Duration.ofMinutes(1);

    private final TestingFarm farm;
    private final String id;
    private final OutputStream to;
    private final Consumer<String> notices;
    private final CompletableFuture<PipelineLog> log = new CompletableFuture<>();
    private final CompletableFuture<FarmRequest> end = new CompletableFuture<>();

    /**
     * Creates a watch.
     *
     * @param to where the log goes
     * @param notices told what cannot be read, and when it can again
     */
    TfWatch(TestingFarm farm, String id, OutputStream to, Consumer<String> notices) {
        this.farm = farm;
        this.id = id;
        this.to = to;
        this.notices = notices;
    }

    /**
     * Returns the request when it has ended and its log was read.
     *
     * @param artifacts where its files are, if that is known without asking
     */
    FarmRequest follow(Optional<String> artifacts) throws ApiException, InterruptedException {
        if (artifacts.isPresent()) {
            find(new FarmRequest(id, "unknown", Map.of("run", Map.of("artifacts", artifacts.get()))));
        }
        try (TaskScope scope = TaskScope.open("watch")) {
            scope.run("state", () -> {
                try {
                    end.complete(awaitEnd());
                } catch (ApiException | RuntimeException | Error e) {
                    end.completeExceptionally(e);
                }
            });
            TaskScope.Task<Void> reading = scope.run("log", this::readLog);
            FarmRequest ended = end.get();
            if (!reading.awaitEnd(Deadline.after(LAST_WORDS))) {
                notices.accept("the end of its log could not be read");
            }
            return ended;
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        }
    }

    private static ApiException rethrown(@Nullable Throwable cause) {
        return switch (cause) {
            case ApiException failure -> failure;
            case RuntimeException failure -> throw failure;
            case Error failure -> throw failure;
            case null, default -> throw new IllegalStateException(cause);
        };
    }

    private FarmRequest awaitEnd() throws ApiException, InterruptedException {
        String said = "";
        FarmRequest now = state(Optional.empty());
        while (true) {
            find(now);
            if (!isOver(now) && !now.state().equals(said)) {
                said = now.state();
                String queued = now.isRunning()
                        ? now.queuedTime()
                                .map(time -> ", after " + TfTimes.text(time) + " in the queue")
                                .orElse("")
                        : "";
                notices.accept("request " + id + " is " + said + queued
                        + now.artifacts().map(url -> "; " + url).orElse(""));
            }
            if (isOver(now)) {
                return now;
            }
            now = state(Optional.of(now));
        }
    }

    /** Returns whether the request has ended; {@code cancel-requested} is not an end. */
    private static boolean isOver(FarmRequest request) {
        return !request.isAlive() && !request.isBeingCancelled();
    }

    /** Asks for the state again; errors are retried. */
    private FarmRequest state(Optional<FarmRequest> seen) throws ApiException, InterruptedException {
        boolean away = false;
        while (true) {
            try {
                FarmRequest now =
                        seen.isPresent() ? farm.next(seen.get(), Deadline.never()) : farm.request(id, Deadline.never());
                if (away) {
                    notices.accept("its state can be read again");
                }
                return now;
            } catch (ApiException.NotJsonType | ApiException.MalformedAnswer e) {
                if (!away) {
                    notices.accept("its state cannot be read, its log is followed on: " + e.getMessage());
                    away = true;
                }
            }
            Thread.sleep(farm.pace().poll()); // nobody tells when it can
        }
    }

    private void find(FarmRequest now) {
        if (log.isDone()) {
            return;
        }
        try {
            farm.log(now).ifPresent(log::complete);
        } catch (ApiException.MalformedAnswer e) {
            notices.accept(e.getMessage());
            end.completeExceptionally(e);
        }
    }

    private void readLog() throws InterruptedException {
        boolean away = false;
        while (true) {
            boolean last = end.isDone();
            Optional<PipelineLog> found = Optional.ofNullable(log.getNow(null));
            if (found.isPresent()) {
                try {
                    long _ = found.get().read(this::show, Deadline.never());
                    if (away) {
                        notices.accept("its log can be read again");
                        away = false;
                    }
                } catch (ApiException e) {
                    if (!away) {
                        notices.accept("its log cannot be read, its state is followed on: " + e.getMessage());
                        away = true;
                    }
                }
            }
            if (last) {
                return;
            }
            awaitEndOrPoll();
        }
    }

    private void awaitEndOrPoll() throws InterruptedException {
        try {
            var _ = end.get(farm.pace().poll().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // reads once more either way
        }
    }

    private void show(byte[] bytes) {
        try {
            to.write(bytes);
            to.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
