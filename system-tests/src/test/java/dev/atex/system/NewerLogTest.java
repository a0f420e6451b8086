package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of a run that a newer version of the program has written. */
class NewerLogTest {
    private static final String TOLD = "events of a newer version of atex are left out: machine-painted";

    @TempDir
    private Path directory;

    private Atex atex;
    private Path log;

    @BeforeEach
    void makeRun() throws Exception {
        Tree.in(directory.resolve("tree")).file("a.fmf", "test: 'true'\n").file("b.fmf", "test: 'false'\n");
        atex = Atex.in(directory);
        atex.call("run", "--root", "tree", "--output", "run").expect(1);
        log = directory.resolve("run/events.jsonl");
    }

    private void writtenBy(String format) throws IOException {
        String text = Files.readString(log);
        assertThat(text).contains("\"format\":\"1.1\"");
        String painted = "{\"event\":\"machine-painted\",\"at\":0.0,\"color\":\"blue\"}\n";
        int first = text.indexOf('\n') + 1;
        Files.writeString(
                log,
                text.substring(0, first).replace("\"1.1\"", '"' + format + '"')
                        + painted
                        + painted
                        + text.substring(first));
    }

    @Test
    void newerMinorVersionIsShownWithANoteAndNotResumed() throws Exception {
        writtenBy("1.9");
        Atex.Result watched = atex.call("watch", "run").expect(1);
        assertThat(watched.out()).contains("2 tests: 1 pass, 1 fail").containsOnlyOnce(TOLD);
        Atex.Result reported =
                atex.call("report", "run", "--results", "junit=run.xml").expect(0);
        assertThat(reported.out() + reported.err()).contains(TOLD);
        assertThat(directory.resolve("run.xml")).content().contains("tests=\"2\"", TOLD);
        Atex.Result resumed = atex.call("resume", "run").expect(2);
        assertThat(resumed.err()).contains("a newer version of atex", "resume the run with that version");
    }

    @Test
    void newerMajorVersionIsOneMessage() throws Exception {
        writtenBy("2.0");
        for (String command : new String[] {"watch", "resume"}) {
            Atex.Result result = atex.call(command, "run").expect(2);
            assertThat(result.err()).contains("line 1", "format 2.0", "1.x").doesNotContain("Exception");
        }
    }

    @Test
    void unknownEventOfThisVersionIsDamage() throws Exception {
        writtenBy("1.1");
        assertThat(atex.call("watch", "run").expect(2).err()).contains("line 2", "machine-painted");
    }
}
