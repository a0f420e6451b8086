package dev.atex.cli.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.executor.fmf.findings.Finding;
import dev.atex.executor.fmf.findings.Finding.Severity;
import dev.atex.run.RunNote;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MetadataNotesTest {
    private static final Finding KEY = finding(Severity.NOTE, "unknown-key", "a key 'scrpt'", "plans/ci.fmf:12");
    private static final Finding DISABLED = finding(Severity.REFUSED, "disabled", "plan /a is disabled", "a.fmf:1");
    private static final Finding BAD = finding(Severity.MISTAKE, "duration", "duration '5q'", "t.fmf:3");
    private static final Finding HINT = finding(Severity.HINT, "own-key", "a key of its own", "t.fmf:4");

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Terminal terminal = new Terminal(stream(), stream(), Map.of(), false);

    private PrintStream stream() {
        return new PrintStream(err, true, StandardCharsets.UTF_8);
    }

    private static Finding finding(Severity severity, String kind, String text, String place) {
        return new Finding(severity, kind, text, Optional.of(place));
    }

    private static Strictness strict(boolean strict, String... allowed) {
        return new Strictness(strict, List.of(allowed), false);
    }

    private String told(List<Finding> findings, Strictness strictness) throws UsageException {
        MetadataNotes.of(findings, strictness).tell(new HashSet<>(), terminal);
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void equalFindingsAreOneLineWithCountAndFirstPlace() throws Exception {
        Finding later = finding(Severity.NOTE, KEY.kind(), KEY.text(), "plans/ci.fmf:20");
        Finding elsewhere = new Finding(Severity.NOTE, "order", "an order of its own", Optional.empty());
        assertThat(told(List.of(KEY, BAD, later, elsewhere, later, HINT), strict(false)))
                .isEqualTo("""
                note: a key 'scrpt' (3 times, first plans/ci.fmf:12)
                mistake: duration '5q' (t.fmf:3)
                note: an order of its own
                """);
    }

    @Test
    void noteOfEarlierPlanIsNotRepeated() throws Exception {
        Set<String> said = new HashSet<>();
        MetadataNotes.of(List.of(KEY), strict(false)).tell(said, terminal);
        MetadataNotes.of(List.of(KEY, BAD), strict(false)).tell(said, terminal);
        assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(2);
    }

    @Test
    void namesCannotForgeLines() throws Exception {
        Finding odd = finding(Severity.NOTE, "k", "a\nnote: b\u001b[2J", "x\ny");
        assertThat(told(List.of(odd), strict(false)).lines()).hasSize(1).noneMatch(line -> line.contains("\u001b"));
    }

    @Test
    void refusedKindStopsRunUnlessAllowed() throws Exception {
        MetadataNotes told = MetadataNotes.of(List.of(KEY, DISABLED), strict(false));
        assertThat(told.notes()).hasSize(1);
        assertThatThrownBy(told::check)
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("plan /a is disabled (a.fmf:1) [disabled]")
                .hasMessageEndingWith("--allow disabled");
        MetadataNotes allowed = MetadataNotes.of(List.of(KEY, DISABLED), strict(false, "disabled"));
        allowed.check();
        assertThat(allowed.notes())
                .extracting(RunNote::severity, RunNote::kind, RunNote::count)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("note", "unknown-key", 1),
                        org.assertj.core.groups.Tuple.tuple("refused", "disabled", 1));
        assertThat(allowed.notes()).extracting(RunNote::line).contains("allowed: plan /a is disabled (a.fmf:1)");
    }

    @Test
    void strictFailsForEveryNoteExceptAllowedKinds() throws Exception {
        for (Finding each : List.of(KEY, BAD)) {
            MetadataNotes told = MetadataNotes.of(List.of(each), strict(true));
            assertThatThrownBy(told::check)
                    .isInstanceOf(UsageException.class)
                    .hasMessageStartingWith("--strict: ")
                    .hasMessageContaining("--allow " + each.kind());
            MetadataNotes.of(List.of(each), strict(true, each.kind())).check();
        }
        MetadataNotes.of(List.of(HINT), strict(true)).check();
        MetadataNotes.of(List.of(), strict(true)).check();
    }

    @Test
    void lookingRefusesNothingUnlessStrict() throws Exception {
        MetadataNotes.of(List.of(DISABLED), strict(false)).tellWhatIsOnlyLookedAt(new HashSet<>(), terminal);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("refused: plan /a is disabled (a.fmf:1); atex run needs --allow disabled\n");
        MetadataNotes told = MetadataNotes.of(List.of(DISABLED), strict(true));
        assertThatThrownBy(() -> told.tellWhatIsOnlyLookedAt(new HashSet<>(), terminal))
                .isInstanceOf(UsageException.class);
    }

    @Test
    void unknownKindIsRejected() {
        assertThatThrownBy(() -> MetadataNotes.of(List.of(KEY), strict(false, "unknwn-key")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("did you mean 'unknown-key'?");
    }
}
