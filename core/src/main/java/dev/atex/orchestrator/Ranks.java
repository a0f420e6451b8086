package dev.atex.orchestrator;

import dev.atex.orchestrator.schedule.Rules.Ranked;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns the keys of tests into ranks: one number each, computed once. */
final class Ranks {
    private record Keyed(String test, double[] keys) {}

    private Ranks() {}

    /** The tests in the order given; equal ones get equal ranks. */
    static List<Ranked> of(RunPlan plan, Inbox inbox) {
        List<String> tests = plan.toRun();
        List<Keyed> sorted = new ArrayList<>(tests.size());
        for (String test : tests) {
            sorted.add(new Keyed(test, keys(test, plan.order(), inbox)));
        }
        sorted.sort((left, right) -> compare(left.keys, right.keys));
        Map<String, Integer> ranks = HashMap.newHashMap(tests.size());
        int rank = 0;
        Keyed previous = null;
        for (Keyed each : sorted) {
            if (previous != null && compare(previous.keys, each.keys) != 0) {
                rank++;
            }
            ranks.put(each.test, rank);
            previous = each;
        }
        return tests.stream()
                .map(test -> new Ranked(test, ranks.getOrDefault(test, 0), plan.attempts(test)))
                .toList();
    }

    private static double[] keys(String test, TestOrder order, Inbox inbox) {
        try {
            return order.keys(test).clone();
        } catch (Throwable failure) {
            inbox.hookFailed("order of " + test, failure);
            return new double[0];
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
