package dev.atex.run;

import dev.atex.executor.Ending;
import dev.atex.executor.FailureClass;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Limits reruns by failure class. A class with its own number allows that many reruns of each test, independent of other
 * classes; the other classes share one number. For one run. Thread-safe.
 */
public final class RerunLimits implements RerunPolicy {
    private final int others;
    private final Map<FailureClass, Integer> own;
    private final Function<String, Map<FailureClass, Integer>> before;
    private final Map<String, Map<FailureClass, Integer>> used = new ConcurrentHashMap<>();

    private RerunLimits(
            int others, Map<FailureClass, Integer> own, Function<String, Map<FailureClass, Integer>> before) {
        this.others = others;
        this.own = Map.copyOf(own);
        this.before = before;
    }

    /**
     * Returns limits for the reruns of a test.
     *
     * @param others the shared number of the classes without their own number
     */
    public static RerunLimits of(int others, Map<FailureClass, Integer> own) {
        return new RerunLimits(others, own, test -> Map.of());
    }

    /**
     * Returns the same limits for a run that is resumed.
     *
     * @param before how often each test was rerun in earlier sessions, by failure class
     */
    public RerunLimits after(Map<String, Map<FailureClass, Integer>> before) {
        return new RerunLimits(others, own, test -> before.getOrDefault(test, Map.of()));
    }

    @Override
    public boolean shouldBeRerun(String test, int attempt, Ending ending) {
        FailureClass failure = ending.failureClass().orElse(null);
        if (failure == null || own.getOrDefault(failure, others) == 0) {
            return false;
        }
        Map<FailureClass, Integer> counts = used.computeIfAbsent(test, this::usedBefore);
        synchronized (counts) {
            boolean again = own.containsKey(failure)
                    ? counts.getOrDefault(failure, 0) < own.get(failure)
                    : shared(counts) < others;
            if (again) {
                counts.merge(failure, 1, Integer::sum);
            }
            return again;
        }
    }

    private int shared(Map<FailureClass, Integer> counts) {
        int sum = 0;
        for (Map.Entry<FailureClass, Integer> each : counts.entrySet()) {
            sum += own.containsKey(each.getKey()) ? 0 : each.getValue();
        }
        return sum;
    }

    private Map<FailureClass, Integer> usedBefore(String test) {
        Map<FailureClass, Integer> counts = new EnumMap<>(FailureClass.class);
        counts.putAll(before.apply(test));
        return counts;
    }
}
