package dev.atex.executor.fmf.metadata;

import dev.atex.executor.fmf.findings.Finding;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Collects findings. Used by one thread. */
public final class Findings {
    private final List<Finding> all = new ArrayList<>();
    private final boolean hints;

    /**
     * Creates an empty collection.
     *
     * @param hints whether anybody wants to know hints
     */
    public Findings(boolean hints) {
        this.hints = hints;
    }

    public boolean wantsHints() {
        return hints;
    }

    public void hint(String kind, String text, Optional<String> place) {
        if (hints) {
            all.add(new Finding(Finding.Severity.HINT, kind, text, place));
        }
    }

    public void note(String kind, String text, Optional<String> place) {
        all.add(new Finding(Finding.Severity.NOTE, kind, text, place));
    }

    public void refuse(String kind, String text, Optional<String> place) {
        all.add(new Finding(Finding.Severity.REFUSED, kind, text, place));
    }

    public void mistake(String kind, String text, Optional<String> place) {
        all.add(new Finding(Finding.Severity.MISTAKE, kind, text, place));
    }

    public List<Finding> all() {
        return List.copyOf(all);
    }

    /** Returns the findings that prevent a run, except those of allowed kinds. */
    public List<Finding> refused(Set<String> allowed) {
        return new ArrayList<>(new LinkedHashSet<>(all.stream()
                .filter(each -> each.severity() == Finding.Severity.REFUSED && !allowed.contains(each.kind()))
                .toList()));
    }
}
