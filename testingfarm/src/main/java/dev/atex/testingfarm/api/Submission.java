package dev.atex.testingfarm.api;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.ledger.CrashPoints;
import dev.atex.testingfarm.http.Obstacle;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The submission of a new request, with all its attempts. If an answer was lost, the next attempt first searches the service for the
 * request of the earlier one. {@link #submit} is called once; any thread may call the other methods.
 */
public final class Submission {
    private final TestingFarm farm;
    private final Map<String, @Nullable Object> body;
    private final Finder finder;
    private volatile boolean begun;
    private volatile @Nullable Call<Body> current;
    private volatile boolean uncertain;
    private volatile long uncertainSince;

    Submission(TestingFarm farm, Map<String, @Nullable Object> body, Finder finder) {
        this.farm = farm;
        this.body = body;
        this.finder = finder;
    }

    /** Searches for the request. */
    @FunctionalInterface
    public interface Finder {
        /** Returns a live request, if there is one. */
        Optional<FarmRequest> find(Deadline deadline) throws ApiException, InterruptedException;
    }

    /** Submits the request. An interrupt ends only the wait: see {@link #settle}. */
    public FarmRequest submit(Deadline deadline) throws ApiException, InterruptedException {
        return farm.retrying("POST /v0.1/requests", deadline, this::attempt);
    }

    private FarmRequest attempt(Deadline deadline) throws IOException, ApiException, InterruptedException {
        if (uncertain) {
            Optional<FarmRequest> made = finder.find(deadline);
            if (made.isPresent()) {
                return made.get();
            }
        }
        CrashPoints.reached("testingfarm before submit");
        begun = true;
        Call<Body> call = farm.post(body, deadline);
        current = call;
        CrashPoints.reached("testingfarm while submitted");
        FarmRequest request = answer(call, deadline.orAfter(farm.pace().answer()));
        CrashPoints.reached("testingfarm after submit");
        return request;
    }

    private FarmRequest answer(Call<Body> call, Deadline deadline)
            throws IOException, ApiException, InterruptedException {
        try {
            HttpResponse<Body> response = call.awaitOnly(deadline);
            RetryableStatus.check(response);
            FarmRequest request = farm.submitted(response);
            current = null;
            return request;
        } catch (IOException e) {
            current = null;
            call.cancel();
            boolean refused = e instanceof RetryableStatus told && !told.mayBeDone();
            if (!Obstacle.isBeforeSending(e) && !refused) {
                doubt();
            }
            throw e;
        } catch (ApiException e) {
            current = null; // refused
            throw e;
        }
    }

    private void doubt() {
        uncertainSince = System.nanoTime();
        uncertain = true;
    }

    /** Returns whether an attempt was made. */
    public boolean isBegun() {
        return begun;
    }

    /** Returns whether there may be more requests than are known. */
    public boolean isUncertain() {
        return uncertain;
    }

    /** After an interrupt of {@link #submit}: waits for the answer of the running attempt; returns its request. */
    public Optional<FarmRequest> settle(Deadline deadline) throws InterruptedException {
        Call<Body> call = current;
        if (call == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(answer(call, deadline.orAfter(farm.pace().answer())));
        } catch (IOException | ApiException e) {
            return Optional.empty(); // uncertain now, or refused
        }
    }

    /** Returns for how long an unknown request may still appear. */
    public Duration doubtful() {
        if (!uncertain) {
            return Duration.ZERO;
        }
        Duration left = farm.pace().settle().minusNanos(System.nanoTime() - uncertainSince);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
