package dev.atex.executor.fmf.findings;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The metadata request something that is not supported, and that nobody allowed, see {@code Discovery.allow}. */
public final class RefusedException extends DiscoveryException {
    private static final long serialVersionUID = 1L;

    private final transient List<Finding> findings;

    public RefusedException(List<Finding> findings) {
        super(findings.stream().map(RefusedException::line).collect(Collectors.joining("\n")));
        this.findings = List.copyOf(findings);
    }

    private static String line(Finding finding) {
        return finding.place().map(place -> place + ": ").orElse("") + finding.text() + " (" + finding.kind() + ")";
    }

    /** Returns the refused findings, in the order in which they were found. */
    public List<Finding> findings() {
        return findings;
    }

    /** Returns the kinds of the findings. */
    public Set<String> kinds() {
        return findings.stream().map(Finding::kind).collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
