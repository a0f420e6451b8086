package dev.atex.testingfarm;

import dev.atex.concurrent.Deadline;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.FarmRequest;
import dev.atex.testingfarm.api.Search;
import dev.atex.testingfarm.api.TestingFarm;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The requests of one lease, found by its tag among all that the same token of the same user has submitted. */
final class TaggedRequests {
    /** The clock of the service may be behind. */
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
     * Those that are alive. The states are asked for in their order: one that moves on meanwhile is met in the next. With the token the
     * service tells of what is its own; without, also of what was submitted with another token of ours that this one has replaced.
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
     * Cancels them, but for one. The service is asked at once, and twice when it has had its time: an answer may lack what
     * came to light a moment ago.
     *
     * @param doubt how long more may still come to light
     * @return false if the deadline came before that
     */
    boolean cancelAllBut(Optional<String> kept, Duration doubt, Deadline deadline)
            throws ApiException, InterruptedException {
        Deadline settled = Deadline.after(doubt);
        int late = 0;
        while (true) {
            late += settled.isExpired() ? 1 : 0;
            for (FarmRequest request : alive(deadline)) {
                if (!kept.equals(Optional.of(request.id()))) {
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
