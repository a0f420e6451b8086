package dev.atex.executor.fmf;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Collects what is found. Used by one thread. */
final class Findings {
    private final List<Finding> all = new ArrayList<>();
    private final boolean hints;

    /**
     * None yet.
     *
     * @param hints whether anybody wants to know hints
     */
    Findings(boolean hints) {
        this.hints = hints;
    }

    boolean wantsHints() {
        return hints;
    }

    void hint(String kind, String text, Optional<String> place) {
        if (hints) {
            all.add(new Finding(Finding.Severity.HINT, kind, text, place));
        }
    }

    void note(String kind, String text, Optional<String> place) {
        all.add(new Finding(Finding.Severity.NOTE, kind, text, place));
    }

    void refuse(String kind, String text, Optional<String> place) {
        all.add(new Finding(Finding.Severity.REFUSED, kind, text, place));
    }

    void mistake(String kind, String text, Optional<String> place) {
        all.add(new Finding(Finding.Severity.MISTAKE, kind, text, place));
    }

    List<Finding> all() {
        return List.copyOf(all);
    }

    /** Those for which nothing is run, but for the kinds that are allowed. */
    List<Finding> refused(Set<String> allowed) {
        return new ArrayList<>(new LinkedHashSet<>(all.stream()
                .filter(each -> each.severity() == Finding.Severity.REFUSED && !allowed.contains(each.kind()))
                .toList()));
    }
}
