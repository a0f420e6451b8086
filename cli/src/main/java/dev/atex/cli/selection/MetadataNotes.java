package dev.atex.cli.selection;

import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.view.Printable;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.findings.Finding;
import dev.atex.executor.fmf.findings.Finding.Severity;
import dev.atex.internal.text.Suggestion;
import dev.atex.run.RunNote;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What users are told about metadata before anything is made: a line for each thing that was found, with its count.
 */
public final class MetadataNotes {
    private final List<RunNote> notes = new ArrayList<>();
    private final List<RunNote> refused = new ArrayList<>();
    private final Strictness strictness;

    private MetadataNotes(Collection<Finding> findings, Strictness strictness) {
        this.strictness = strictness;
        for (RunNote note : grouped(findings)) {
            boolean stops = note.severity().equals(word(Severity.REFUSED))
                    && !strictness.allowed().contains(note.kind());
            (stops ? refused : notes).add(note);
        }
    }

    /** What is to be told of tests that run on these machines, and what is found besides. */
    public static MetadataNotes of(
            FmfTests tests, Collection<Finding> more, MachineChoice machines, Strictness strictness)
            throws UsageException {
        List<Finding> all = new ArrayList<>(tests.findings());
        all.removeIf(finding -> PlanHardware.isMet(finding, machines));
        tests.warnings().forEach(text -> all.add(new Finding(Severity.NOTE, "tree", text, Optional.empty())));
        all.addAll(more);
        return of(all, strictness);
    }

    /**
     * Prints the notes about tests that are not run.
     *
     * @throws UsageException with {@code --strict}, if anything was told
     */
    public static void tell(FmfTests tests, SelectionOptions selection, Set<String> said, Terminal terminal)
            throws UsageException {
        of(tests, List.of(), MachineChoice.NONE, selection.strictness()).tellWhatIsOnlyLookedAt(said, terminal);
    }

    /** What is to be told of findings. */
    public static MetadataNotes of(Collection<Finding> findings, Strictness strictness) throws UsageException {
        checkAllowed(findings, strictness);
        return new MetadataNotes(findings, strictness);
    }

    private static void checkAllowed(Collection<Finding> findings, Strictness strictness) throws UsageException {
        Set<String> known = new TreeSet<>(FindingKinds.ALL);
        findings.forEach(finding -> known.add(finding.kind()));
        for (String kind : strictness.allowed()) {
            if (!known.contains(kind)) {
                throw new UsageException("--allow " + kind + ": unknown kind" + Suggestion.among(kind, known));
            }
        }
    }

    /** Those that are told without being asked, equal ones as one, in the order in which they came first. */
    static List<RunNote> grouped(Collection<Finding> findings) {
        record Key(Severity severity, String kind, String text) {}
        Map<Key, List<Finding>> byKey = new LinkedHashMap<>();
        for (Finding finding : findings) {
            if (finding.severity() != Severity.HINT) {
                byKey.computeIfAbsent(
                                new Key(finding.severity(), finding.kind(), finding.text()), _ -> new ArrayList<>())
                        .add(finding);
            }
        }
        List<RunNote> notes = new ArrayList<>();
        byKey.forEach((key, same) -> notes.add(new RunNote(
                word(key.severity()),
                key.kind(),
                key.text(),
                same.size(),
                same.stream().flatMap(finding -> finding.place().stream()).findFirst())));
        return notes;
    }

    public static String word(Severity severity) {
        return switch (severity) {
            case HINT -> "hint";
            case NOTE -> "note";
            case REFUSED -> "refused";
            case MISTAKE -> "mistake";
        };
    }

    /** Of a run: told on standard error, and in its log. */
    public List<RunNote> notes() {
        return List.copyOf(notes);
    }

    /** What nothing is run for. */
    public List<RunNote> refused() {
        return List.copyOf(refused);
    }

    /** With {@code --strict}: the kinds that nothing is run for, too. */
    public Set<String> strictly() {
        Set<String> kinds = new TreeSet<>();
        if (strictness.strict()) {
            notes.forEach(note -> kinds.add(note.kind()));
            refused.forEach(note -> kinds.add(note.kind()));
            kinds.removeAll(strictness.allowed());
        }
        return kinds;
    }

    /**
     * Prints all notes that were not printed before.
     *
     * @return the same
     */
    public MetadataNotes tell(Set<String> said, Terminal terminal) {
        for (RunNote note : notes) {
            if (said.add(note.line())) {
                terminal.err().println(Printable.line(note.line()));
            }
        }
        return this;
    }

    /**
     * Prints also what a run would be refused for.
     *
     * @throws UsageException with {@code --strict}, if anything was told
     */
    void tellWhatIsOnlyLookedAt(Set<String> said, Terminal terminal) throws UsageException {
        tell(said, terminal);
        for (RunNote note : refused) {
            String line = "refused: " + textOf(note) + "; atex run needs --allow " + note.kind();
            if (said.add(line)) {
                terminal.err().println(Printable.line(line));
            }
        }
        check(notes.size() + refused.size());
    }

    /**
     * Checks whether tests may run.
     *
     * @throws UsageException nothing may; the message says why, and what to do
     */
    public void check() throws UsageException {
        if (!refused.isEmpty()) {
            String kinds = refused.stream()
                    .map(note -> "--allow " + note.kind())
                    .distinct()
                    .collect(Collectors.joining(" "));
            throw new UsageException("nothing is run: the metadata ask for something that atex cannot do:\n"
                    + refused.stream()
                            .map(note -> "  " + textOf(note) + " [" + note.kind() + "]")
                            .collect(Collectors.joining("\n"))
                    + "\nChange the metadata, or run without it: " + kinds);
        }
        check(notes.size());
    }

    /** Without the word for what is allowed, which this is not. */
    private static String textOf(RunNote refused) {
        return refused.line().substring("allowed: ".length());
    }

    private void check(int told) throws UsageException {
        Set<String> kinds = strictly();
        if (!kinds.isEmpty()) {
            throw new UsageException("--strict: nothing is done, as "
                    + (told == 1 ? "a line is" : told + " lines are") + " told about the metadata (see above)"
                    + "\nMend the metadata, leave out --strict, or accept a kind: --allow "
                    + String.join(" --allow ", kinds));
        }
    }
}
