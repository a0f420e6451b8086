package dev.atex.executor;

import dev.atex.json.FlatObject;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the results of an attempt come to.
 *
 * @param own the result for the test itself: of several the last one that failed, else the last
 * @param failedSubtests how many results with a name have failed
 */
public record ResultTally(Optional<OwnResult> own, int failedSubtests) {
    /** Of no result. */
    public static final ResultTally NONE = new ResultTally(Optional.empty(), 0);

    private static final ResultTally FAILED_SUBTEST = new ResultTally(Optional.empty(), 1);

    /** Of one result. */
    public static ResultTally of(Map<String, ? extends @Nullable Object> result) {
        if (OwnResult.isOwn(result)) {
            return new ResultTally(Optional.of(OwnResult.of(result)), 0);
        }
        Optional<String> status = OwnResult.status(result.get("status"));
        return status.isPresent() && Status.of(status.get()).failed() ? FAILED_SUBTEST : NONE;
    }

    static ResultTally of(FlatObject result) {
        int name = result.find("name");
        if (name < 0 || result.isNull(name)) {
            return new ResultTally(Optional.of(OwnResult.of(result)), 0);
        }
        int status = result.find("status");
        if (status < 0 || result.is(status, "pass")) {
            return NONE; // most of a hundred thousand
        }
        Optional<String> word = OwnResult.status(result, status);
        return word.isPresent() && Status.of(word.get()).failed() ? FAILED_SUBTEST : NONE;
    }

    /** Of both, in this order. */
    public ResultTally and(ResultTally later) {
        if (later.own.isEmpty() && later.failedSubtests == 0) {
            return this;
        }
        Optional<OwnResult> both =
                own.isEmpty() || (later.own.isPresent() && !beats(own.get(), later.own.get())) ? later.own : own;
        return new ResultTally(both, failedSubtests + later.failedSubtests);
    }

    private static boolean beats(OwnResult earlier, OwnResult later) {
        return earlier.hasFailed() && !later.hasFailed();
    }
}
