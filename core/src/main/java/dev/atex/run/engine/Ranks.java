package dev.atex.run.engine;

import dev.atex.run.TestOrder;
import dev.atex.run.schedule.Rules.Ranked;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Computes the rank of each test, a number, from its keys, once. */
final class Ranks {
    private static final double[] NONE = {};

    private record Keyed(int index, double[] keys) {}

    private Ranks() {}

    /** Returns the tests in the given order; equal tests get equal ranks. */
    static List<Ranked> of(RunPlan plan, Inbox inbox) {
        List<String> tests = plan.toRun();
        Keyed[] sorted = new Keyed[tests.size()];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = new Keyed(i, keys(tests.get(i), plan.order(), inbox));
        }
        Arrays.sort(sorted, (left, right) -> compare(left.keys, right.keys));
        Ranked[] ranked = new Ranked[sorted.length];
        int rank = 0;
        for (int i = 0; i < sorted.length; i++) {
            if (i > 0 && compare(sorted[i - 1].keys, sorted[i].keys) != 0) {
                rank++;
            }
            int index = sorted[i].index;
            String test = tests.get(index);
            ranked[index] =
                    new Ranked(test, rank, plan.attempts(test), longest(test, plan, inbox), plan.isCutOff(test));
        }
        return List.of(ranked);
    }

    private static double[] keys(String test, TestOrder order, Inbox inbox) {
        try {
            double[] keys = order.keys(test);
            return keys.length == 0 ? NONE : keys.clone();
        } catch (Throwable failure) {
            inbox.hookFailed("order of " + test, failure);
            return NONE;
        }
    }

    private static Duration longest(String test, RunPlan plan, Inbox inbox) {
        try {
            return plan.longest().apply(test);
        } catch (Throwable failure) {
            inbox.hookFailed("longest of " + test, failure);
            return Duration.ZERO;
        }
    }

    private static int compare(double[] left, double[] right) {
        for (int i = 0; i < Math.max(left.length, right.length); i++) {
            double a = i < left.length ? left[i] + 0.0 : 0.0; // + 0.0: minus zero is zero
            double b = i < right.length ? right[i] + 0.0 : 0.0;
            int order = Double.compare(a, b);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }
}
