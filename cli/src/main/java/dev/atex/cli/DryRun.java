package dev.atex.cli;

import dev.atex.executor.fmf.FmfTest;
import dev.atex.executor.fmf.FmfTests;
import dev.atex.provisioner.ProvisionerSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** What {@code atex run --dry-run} says. */
final class DryRun {
    private DryRun() {}

    static String text(RunOptions options, FmfTests tests, Terminal terminal) {
        StringBuilder text = new StringBuilder();
        for (FmfTest test : ordered(options.order(), tests)) {
            text.append(terminal.shown(test.name())).append('\n');
        }
        int count = tests.names().size();
        text.append(count)
                .append(count == 1 ? " test" : " tests")
                .append(" would be run on ")
                .append(terminal.shown(options.machines().stream()
                        .map(ProvisionerSpec::toString)
                        .collect(Collectors.joining(" and "))))
                .append(" as platform ")
                .append(terminal.shown(options.platform()))
                .append(", begun in this order (--dry-run: nothing was done)\n");
        return text.toString();
    }

    private static List<FmfTest> ordered(RunOptions.Order order, FmfTests tests) {
        List<FmfTest> ordered = new ArrayList<>(tests.tests());
        switch (order) {
            case GIVEN -> {}
            case LONGEST -> ordered.sort(Comparator.comparing(FmfTest::duration).reversed());
            case PRIORITY ->
                ordered.sort(Comparator.comparingDouble(FmfTest::extraPriority).reversed());
        }
        return ordered;
    }
}
