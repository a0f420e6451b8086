package dev.atex.cli.run;

import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.test.FmfTest;
import dev.atex.run.TestOrder;

/** Converts the option {@code --order}. */
final class TestOrders {
    private TestOrders() {}

    static TestOrder of(RunOptions.Order order, FmfTests tests) {
        return switch (order) {
            case GIVEN -> TestOrder.given();
            case LONGEST ->
                TestOrder.longestFirst(
                        name -> tests.find(name).map(FmfTest::duration).orElse(FmfTest.DEFAULT_DURATION));
            case PRIORITY ->
                TestOrder.priorityFirst(
                        name -> tests.find(name).map(FmfTest::extraPriority).orElse(0.0));
        };
    }
}
