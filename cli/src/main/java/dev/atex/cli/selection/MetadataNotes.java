package dev.atex.cli.selection;

import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.view.Printable;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.findings.Finding;
import dev.atex.executor.fmf.findings.Finding.Severity;
import dev.atex.internal.text.Count;
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

/** The notes on metadata that users see before anything starts: a line for each kind of finding, with its number. */
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

    /** Returns the notes about tests that run on these machines, with additional findings. */
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
     * @throws UsageException with {@code --strict}, if anything was printed
     */
    public static void tell(FmfTests tests, SelectionOptions selection, Set<String> said, Terminal terminal)
            throws UsageException {
        of(tests, List.of(), MachineChoice.NONE, selection.strictness()).tellWhatIsOnlyLookedAt(said, terminal);
    }

    /** Returns the notes about findings. */
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

    /** Returns a note for each group of equal findings except hints, in the order of their first ones. */
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

    /** Returns the notes that a run prints on standard error and records in its log. */
    public List<RunNote> notes() {
        return List.copyOf(notes);
    }

    /** Returns the refused findings, for which nothing runs. */
    public List<RunNote> refused() {
        return List.copyOf(refused);
    }

    /** Returns the kinds for which nothing runs because of {@code --strict}. */
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
     * @return this object
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
     * Prints the notes, and what a run would be refused for.
     *
     * @throws UsageException with {@code --strict}, if anything was printed
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
     * @throws UsageException they must not; the message has the reason, and what to do
     */
    public void check() throws UsageException {
        if (!refused.isEmpty()) {
            String kinds = refused.stream()
                    .map(note -> "--allow " + note.kind())
                    .distinct()
                    .collect(Collectors.joining(" "));
            throw new UsageException("nothing was started: the metadata request something that atex does not support:\n"
                    + refused.stream()
                            .map(note -> "  " + textOf(note) + " [" + note.kind() + "]")
                            .collect(Collectors.joining("\n"))
                    + "\nChange the metadata, or run without that: " + kinds);
        }
        check(notes.size());
    }

    /** Returns the line of a refused note without the word for allowed ones. */
    private static String textOf(RunNote refused) {
        return refused.line().substring("allowed: ".length());
    }

    private void check(int told) throws UsageException {
        Set<String> kinds = strictly();
        if (!kinds.isEmpty()) {
            throw new UsageException("--strict: nothing was started because of " + Count.of(told, "note")
                    + " on the metadata (see above)"
                    + "\nFix the metadata, omit --strict, or accept a kind: --allow "
                    + String.join(" --allow ", kinds));
        }
    }
}
