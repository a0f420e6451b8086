package dev.atex.executor;

import dev.atex.internal.json.FlatObject;
import dev.atex.internal.text.Cut;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The summary of the results of an attempt.
 *
 * @param own the result for the test itself: of several the last one that failed, else the last
 * @param failedSubtests how many results with a name have failed
 * @param firstFailed the name of the first of them, or the beginning of a long one
 */
public record ResultTally(Optional<OwnResult> own, int failedSubtests, Optional<String> firstFailed) {
    /** The summary of no results. */
    public static final ResultTally NONE = new ResultTally(Optional.empty(), 0, Optional.empty());

    private static final int MOST = 1000;

    private static ResultTally ofOwn(OwnResult own) {
        return new ResultTally(Optional.of(own), 0, Optional.empty());
    }

    private static ResultTally ofFailed(Optional<String> name) {
        return new ResultTally(Optional.empty(), 1, name.map(text -> Cut.start(text, MOST)));
    }

    /** Returns the summary of one result. */
    public static ResultTally of(Map<String, ? extends @Nullable Object> result) {
        if (OwnResult.isOwn(result)) {
            return ofOwn(OwnResult.of(result));
        }
        Optional<String> status = OwnResult.status(result.get("status"));
        return status.isPresent() && Status.of(status.get()).failed()
                ? ofFailed(OwnResult.status(result.get("name")))
                : NONE;
    }

    static ResultTally of(FlatObject result) {
        int name = result.find("name");
        if (name < 0 || result.isNull(name)) {
            return ofOwn(OwnResult.of(result));
        }
        int status = result.find("status");
        if (status < 0 || result.is(status, "pass")) {
            return NONE; // most of a hundred thousand
        }
        Optional<String> word = OwnResult.status(result, status);
        return word.isPresent() && Status.of(word.get()).failed() ? ofFailed(OwnResult.status(result, name)) : NONE;
    }

    /** Returns the summary of both, in this order. */
    public ResultTally and(ResultTally later) {
        if (later.own.isEmpty() && later.failedSubtests == 0) {
            return this;
        }
        Optional<OwnResult> both =
                own.isEmpty() || (later.own.isPresent() && !beats(own.get(), later.own.get())) ? later.own : own;
        return new ResultTally(
                both, failedSubtests + later.failedSubtests, firstFailed.isPresent() ? firstFailed : later.firstFailed);
    }

    private static boolean beats(OwnResult earlier, OwnResult later) {
        return earlier.hasFailed() && !later.hasFailed();
    }
}
