package dev.atex.cli.run;

import dev.atex.cli.command.Terminal;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.test.FmfTest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The output of {@code atex run --dry-run}. */
final class DryRun {
    private DryRun() {}

    /**
     * Returns which tests would run.
     *
     * @param refusal why it would not be
     */
    static String text(RunOptions options, FmfTests tests, Optional<String> refusal, Terminal terminal) {
        StringBuilder text = new StringBuilder();
        for (FmfTest test : ordered(options.order(), tests)) {
            text.append(terminal.shown(test.name())).append('\n');
        }
        int count = tests.names().size();
        text.append(count).append(count == 1 ? " test" : " tests");
        if (refusal.isPresent()) {
            return text.append(" would not be run (--dry-run: nothing was done): ")
                    .append(terminal.shownLines(refusal.get()))
                    .append('\n')
                    .toString();
        }
        return text.append(" would be run on ")
                .append(terminal.shown(options.machines().toString()))
                .append(" as platform ")
                .append(terminal.shown(options.platform()))
                .append(options.machines().one() ? ", all on one machine" : "")
                .append(", begun in this order (--dry-run: nothing was done)\n")
                .toString();
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
