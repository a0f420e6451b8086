package dev.atex.orchestrator;

import dev.atex.executor.FailureClass;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Reruns by the reason of the failure: for each class of failures a test is run again so many times, whatever it is run
 * again for otherwise. For one run. Thread-safe.
 */
public final class RerunLimits implements RerunPolicy {
    private final Map<FailureClass, Integer> limits;
    private final Function<String, Map<FailureClass, Integer>> before;
    private final Map<String, Map<FailureClass, Integer>> used = new ConcurrentHashMap<>();

    private RerunLimits(Map<FailureClass, Integer> limits, Function<String, Map<FailureClass, Integer>> before) {
        this.limits = Map.copyOf(limits);
        this.before = before;
    }

    /** At most so many reruns for each class; none for those that are missing. */
    public static RerunLimits of(Map<FailureClass, Integer> limits) {
        return new RerunLimits(limits, test -> Map.of());
    }

    /** The same for a run that goes on: what it used up before counts. */
    public RerunLimits after(RunHistory history) {
        return new RerunLimits(limits, history::reruns);
    }

    @Override
    public boolean shouldBeRerun(String test, int attempt, Ending ending) {
        FailureClass failure = ending.failureClass().orElse(null);
        int limit = failure == null ? 0 : limits.getOrDefault(failure, 0);
        if (failure == null || limit == 0) {
            return false;
        }
        Map<FailureClass, Integer> counts = used.computeIfAbsent(test, this::usedBefore);
        synchronized (counts) {
            return counts.merge(failure, 1, Integer::sum) <= limit;
        }
    }

    private Map<FailureClass, Integer> usedBefore(String test) {
        Map<FailureClass, Integer> counts = new EnumMap<>(FailureClass.class);
        counts.putAll(before.apply(test));
        return counts;
    }
}
