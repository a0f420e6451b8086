package dev.atex.testingfarm;

import dev.atex.concurrent.Deadline;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.FarmRequest;
import dev.atex.testingfarm.api.Search;
import dev.atex.testingfarm.api.TestingFarm;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The requests of one lease, found by its tag among the requests of the same token and user. */
final class TaggedRequests {
    private static final System.Logger LOG = System.getLogger("dev.atex.testingfarm");
    /** The clock of the service may be slow. */
    private static final Duration SKEW = Duration.ofHours(2);

    private static final int LATE_LOOKS = 2;

    private final TestingFarm farm;
    private final String tokenId;
    private final String userId;
    private final String leaseId;
    private final Instant since;

    TaggedRequests(TestingFarm farm, String tokenId, String userId, String leaseId, Instant since) {
        this.farm = farm;
        this.tokenId = tokenId;
        this.userId = userId;
        this.leaseId = leaseId;
        this.since = since;
    }

    /**
     * Returns the live requests. The states are searched in their order, so that a request that advances meanwhile is found in the
     * next one. With the token the service lists requests of this token only; without it, also those of a token that was replaced.
     */
    List<FarmRequest> alive(Deadline deadline) throws ApiException, InterruptedException {
        List<FarmRequest> found = new ArrayList<>();
        for (String state : FarmRequest.ALIVE) {
            Search own = Search.own(state, tokenId, userId).between(Optional.of(since.minus(SKEW)), Optional.empty());
            for (Search search : List.of(own, own.asOwner(false))) {
                for (FarmRequest request : farm.search(search, this::isOurs, deadline)) {
                    if (found.stream().noneMatch(each -> each.id().equals(request.id()))) {
                        found.add(request);
                    }
                }
            }
        }
        return found;
    }

    private boolean isOurs(FarmRequest request) {
        return request.tag(RequestBody.LEASE).equals(Optional.of(leaseId));
    }

    Optional<FarmRequest> first(Deadline deadline) throws ApiException, InterruptedException {
        return alive(deadline).stream().findFirst();
    }

    /**
     * Cancels all but one. Searches at once, and twice after {@code doubt}: an answer may lack the newest requests.
     *
     * @param doubt the time in which more requests may appear
     * @return false if the deadline expired before that
     */
    boolean cancelAllBut(Optional<String> kept, Duration doubt, Deadline deadline)
            throws ApiException, InterruptedException {
        Deadline settled = Deadline.after(doubt);
        int late = 0;
        while (true) {
            late += settled.isExpired() ? 1 : 0;
            for (FarmRequest request : alive(deadline)) {
                if (!kept.equals(Optional.of(request.id()))) {
                    LOG.log(
                            Level.INFO,
                            () -> "lease " + leaseId + ": canceling request " + request.id()
                                    + ", whose answer was lost");
                    farm.cancel(request.id(), deadline);
                }
            }
            if (late == LATE_LOOKS) {
                return true;
            }
            if (deadline.isExpired()) {
                return false;
            }
            Duration pause = settled.isExpired() ? farm.pace().firstPause() : settled.remaining();
            Thread.sleep(deadline.orAfter(pause).remaining());
        }
    }
}
