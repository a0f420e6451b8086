package dev.atex.cli;

import dev.atex.executor.fmf.Finding;
import dev.atex.executor.fmf.Finding.Severity;
import dev.atex.executor.fmf.FmfTest;
import dev.atex.executor.fmf.FmfTests;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tells that tests have an order of their own, where it is only that in which they begin. */
final class OwnOrder {
    private OwnOrder() {}

    /** What is to be told, if anything is. */
    static Optional<Finding> finding(FmfTests tests, RunOptions options, MachineChoice machines) {
        if (options.order() != RunOptions.Order.GIVEN || keepsOrder(machines) || !isOwn(tests.tests())) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                Severity.NOTE,
                "order",
                "the tests have an order of their own, but may run at the same time or, after one has failed, on another"
                        + " machine; --one-machine runs them one after the other on one",
                Optional.empty()));
    }

    /** One after the other, on a machine that stays. */
    private static boolean keepsOrder(MachineChoice machines) {
        return machines.one()
                || machines.specs().isEmpty()
                || (machines.specs().size() == 1
                        && machines.isThisHost()
                        && machines.specs().getFirst().text("max").orElse("1").equals("1"));
    }

    /** Whether it is not the order of the names, or a test is in it twice. */
    static boolean isOwn(List<FmfTest> tests) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < tests.size(); i++) {
            if (!names.add(tests.get(i).writtenName())) {
                return true;
            }
            if (i > 0 && Arrays.compare(parts(tests.get(i - 1)), parts(tests.get(i))) > 0) {
                return true;
            }
        }
        return false;
    }

    private static String[] parts(FmfTest test) {
        return test.name().split("/");
    }
}
