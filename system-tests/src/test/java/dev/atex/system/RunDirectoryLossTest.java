package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.internal.files.Trees;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Somebody removes or replaces, while a run goes on, what it writes to: it is told at once, and never as a success. */
@Timeout(120)
class RunDirectoryLossTest {
    @TempDir
    private Path directory;

    private Path run;

    /** One test is over, the other one waits for a file that comes, or for its end. */
    @BeforeEach
    void makeTree() throws Exception {
        run = directory.resolve("run");
        Tree.in(directory.resolve("tree"))
                .test("a", "true")
                .test("b", "touch '" + directory + "/begun'\nuntil [ -e '" + directory + "/go' ]; do sleep 0.1; done");
    }

    private Atex.Call begin() throws Exception {
        Atex.Call call = Atex.in(directory).start("run", "--root", "tree", "--output", run.toString());
        Watch.untilThereIs(directory.resolve("begun"));
        return call;
    }

    private static void awaitTold(Atex.Call call, String what) throws Exception {
        while (!call.outSoFar().contains(what)) {
            assertThat(call.process().waitFor(10, TimeUnit.MILLISECONDS))
                    .as("it ended: " + call.outSoFar())
                    .isFalse();
        }
    }

    private void go() throws Exception {
        Files.createFile(directory.resolve("go"));
    }

    @Test
    void aRunWhoseDirectoryIsDeletedSaysSoAtOnceAndEnds() throws Exception {
        Atex.Call call = begin();
        Trees.delete(run);
        Atex.Result result = call.end().expect(3); // though its test would wait for ever
        assertThat(result.out())
                .contains("problem: the run directory", "was removed or replaced")
                .doesNotContain("Results:", "atex resume");
        assertThat(result.err()).doesNotContain("Exception");
    }

    @Test
    void aRunWhoseDirectoryIsMovedAwaySaysSoAtOnceAndEnds() throws Exception {
        Atex.Call call = begin();
        Files.move(run, directory.resolve("elsewhere"));
        Atex.Result result = call.end().expect(3);
        assertThat(result.out()).contains("was removed or replaced").doesNotContain("Results:", "atex resume");
    }

    @Test
    void resultsThatAreReplacedByAPipeAreRefusedAndNothingHangs() throws Exception {
        Atex.Call call = begin();
        Files.delete(run.resolve("results.jsonl"));
        assertThat(new ProcessBuilder("mkfifo", run.resolve("results.jsonl").toString())
                        .start()
                        .waitFor())
                .isZero();
        awaitTold(call, "results.jsonl was removed or replaced");
        go();
        Atex.Result result = call.end().expect(3);
        assertThat(result.out())
                .doesNotContain("Results:")
                .contains("results of /b could not be stored", "results.jsonl was replaced by something else");
        assertThat(run.resolve("attempts/b/1/results")).content().contains("pass");
        Atex.Result resumed = Atex.in(directory).call("resume", run.toString()).expect(2);
        assertThat(resumed.err()).contains("results.jsonl").doesNotContain("Exception");
    }

    @Test
    void resultsThatAreRemovedAreToldAndNewOnesAreKept() throws Exception {
        Atex.Call call = begin();
        Files.delete(run.resolve("results.jsonl"));
        awaitTold(call, "results.jsonl was removed or replaced");
        go();
        call.end().expect(3);
        Atex.in(directory).call("resume", run.toString()).expect(0);
        assertThat(Tree.own(run).keySet()).containsExactlyInAnyOrder("/a", "/b");
    }
}
