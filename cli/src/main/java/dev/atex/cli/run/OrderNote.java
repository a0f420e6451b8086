package dev.atex.cli.run;

import dev.atex.cli.selection.MachineChoice;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.findings.Finding;
import dev.atex.executor.fmf.findings.Finding.Severity;
import java.util.Optional;

/** A note for tests with an order, if that is only the order in which they start. */
final class OrderNote {
    private OrderNote() {}

    /** Returns the note, if there is one. */
    static Optional<Finding> finding(FmfTests tests, RunOptions.Order order, MachineChoice machines) {
        if (order != RunOptions.Order.GIVEN || keepsOrder(machines) || !tests.hasOwnOrder()) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                Severity.NOTE,
                "order",
                "the tests have an order of their own, but may run at the same time or, after one has failed, on another"
                        + " machine; --one-machine runs them one after the other on one",
                Optional.empty()));
    }

    /** Returns whether tests run one after the other on one machine. */
    private static boolean keepsOrder(MachineChoice machines) {
        return machines.one()
                || machines.specs().isEmpty()
                || (machines.specs().size() == 1
                        && machines.isThisHost()
                        && machines.specs().getFirst().text("max").orElse("1").equals("1"));
    }
}
