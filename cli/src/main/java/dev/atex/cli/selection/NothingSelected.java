package dev.atex.cli.selection;

import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.findings.Shortage;
import java.util.List;
import java.util.stream.Collectors;

/** Says why no test is selected. */
final class NothingSelected {
    private final SelectionOptions selection;

    NothingSelected(SelectionOptions selection) {
        this.selection = selection;
    }

    /** Returns whether the options of the user exclude all tests, so that a list of tests helps. */
    static boolean byWhatWasAsked(FmfTests tests) {
        return tests.shortages().stream().anyMatch(each -> each.reason().cause() == Shortage.Cause.NOT_ASKED);
    }

    /** Returns the reasons in one line. */
    String text(FmfTests tests) {
        String plan = selection.plan().map(name -> "plan '" + name + "': ").orElse("");
        return "no test is selected: " + plan
                + tests.shortages().stream().map(this::reason).distinct().collect(Collectors.joining("; "));
    }

    private String reason(Shortage shortage) {
        int count = shortage.reason().tests();
        boolean ofPlan = selection.plan().isPresent() && shortage.reason().cause() != Shortage.Cause.NOT_NAMED;
        String has = shortage.where()
                + (ofPlan ? ": the plan selects " : " has ")
                + count
                + (count == 1 ? " test" : " tests");
        return switch (shortage.reason().cause()) {
            case NO_TESTS -> shortage.where() + " has no tests";
            case NOT_NAMED -> has + ", none of which matches the plan's 'test', 'include' and 'exclude'";
            case NOT_RUNNABLE -> has + ", none of which is enabled and not manual" + selection.inContext();
            case NOT_FITTING -> has + ", none of which meets the plan's 'filter' and 'link'";
            case NOT_MODIFIED -> has + ", none of which is affected by the changes (modified-only)";
            case NOT_ASKED -> has + ", none of which meets " + String.join(" and ", criteria());
            case OFF ->
                (count == 1 ? "a discover phase is" : count + " discover phases are") + " off or not supported"
                        + selection.inContext() + ", see the notes above";
        };
    }

    private List<String> criteria() {
        return selection.criteria();
    }
}
