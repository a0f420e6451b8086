package dev.atex.cli.fmf;

import dev.atex.cli.selection.MetadataNotes;
import dev.atex.executor.fmf.findings.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Findings of one severity and kind whose texts are equal. Those of notes and hints may differ in the name of a test or
 * plan; what prevents a run has a line for each name.
 *
 * @param findings at least one
 */
record FindingGroup(List<Finding> findings) {
    /** The number of other places, or names, in a line. */
    private static final int OTHERS = 3;

    private static final Pattern NAME = Pattern.compile("'/[^']*'");

    private record Key(Finding.Severity severity, String kind, String text) {}

    /** Returns groups in the order of their first findings. */
    static List<FindingGroup> of(List<Finding> findings) {
        Map<Key, List<Finding>> groups = new LinkedHashMap<>();
        for (Finding finding : findings) {
            String text = name(finding)
                    .map(name -> finding.text().replace(name, "'/'"))
                    .orElse(finding.text());
            groups.computeIfAbsent(new Key(finding.severity(), finding.kind(), text), _ -> new ArrayList<>())
                    .add(finding);
        }
        return groups.values().stream().map(FindingGroup::new).toList();
    }

    /** Returns the name in the text of a note or hint, in quotes, if there is exactly one. */
    private static Optional<String> name(Finding finding) {
        if (finding.severity().compareTo(Finding.Severity.NOTE) > 0) {
            return Optional.empty();
        }
        Matcher matcher = NAME.matcher(finding.text());
        List<String> names =
                matcher.results().map(result -> result.group()).distinct().toList();
        return names.size() == 1 ? Optional.of(names.getFirst()) : Optional.empty();
    }

    /** Returns {@code PLACE: WORD: TEXT [KIND]} of the first finding, with the number and the first of the others. */
    String line() {
        Finding first = findings.getFirst();
        String line = first.place().map(at -> at + ": ").orElse("") + MetadataNotes.word(first.severity()) + ": "
                + first.text() + " [" + first.kind() + "]";
        if (findings.size() == 1) {
            return line;
        }
        String others = findings.stream()
                .skip(1)
                .limit(OTHERS)
                .map(finding -> finding.text().equals(first.text())
                        ? finding.place().orElse("?")
                        : name(finding).orElse("?"))
                .collect(Collectors.joining(", "));
        return line + " (" + findings.size() + " times, also " + others
                + (findings.size() > OTHERS + 1 ? ", ...)" : ")");
    }
}
