package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Steps {@code prepare} and {@code finish} of plans, as a user sees them. */
@Timeout(300)
class PrepareFinishTest {
    @TempDir
    private Path directory;

    private Atex.Result run(String plan) throws Exception {
        Tree.in(directory.resolve("tree"))
                .file("plans/ci.fmf", plan)
                .test("tests/t", "cat $TMT_PLAN_DATA/prepared; echo tested > $TMT_PLAN_DATA/x");
        return Atex.in(directory)
                .call(
                        "run",
                        "--root",
                        "tree",
                        "--plan",
                        "/plans/ci",
                        "--provision",
                        "local",
                        "--output",
                        "run",
                        "-e",
                        "GIVEN=by me");
    }

    private String only(String below, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("run").resolve(below))) {
            return Files.readString(files.filter(file -> file.toString().endsWith(ending))
                    .reduce((a, b) -> {
                        throw new IllegalStateException("both " + a + " and " + b);
                    })
                    .orElseThrow());
        }
    }

    @Test
    void planOutputIsInRunDirectory() throws Exception {
        run("""
                discover: {how: fmf}
                execute: {how: tmt}
                environment: {GIVEN: by the plan}
                prepare:
                  how: shell
                  script:
                    - echo "GIVEN=file" >> $TMT_PLAN_ENVIRONMENT_FILE
                    - echo "$GIVEN" | tee $TMT_PLAN_DATA/prepared
                finish:
                  how: shell
                  script: |
                    . $TMT_TOPOLOGY_BASH
                    echo "last on ${TMT_GUEST[name]}"; cp $TMT_PLAN_DATA/x $TMT_PLAN_DATA/y
                """).expect(0);
        assertThat(only("machines", "-prepare.log")).endsWith("\nby me\n");
        assertThat(only("machines", "-finish.log")).endsWith("\nlast on default-0\n");
        assertThat(only("plan-data", "/prepared")).isEqualTo("by me\n");
        assertThat(only("plan-data", "/x")).isEqualTo("tested\n");
        assertThat(only("plan-data", "/y")).isEqualTo("tested\n");
        assertThat(only("files", "output.txt")).isEqualTo("by me\n");
    }

    @Test
    void failingPrepareIsReported() throws Exception {
        Atex.Result result = run("""
                discover: {how: fmf}
                execute: {how: tmt}
                prepare:
                  how: shell
                  script: [echo one, "echo some words; exit 7"]
                """).expect(3);
        assertThat(result.out() + result.err())
                .contains("prepare of plan '/plans/ci', phase 'default-0': script 2 of 2 failed with exit code 7")
                .contains("some words");
    }

    @Test
    void failingFinishIsReported() throws Exception {
        Atex.Result result = run("""
                discover: {how: fmf}
                execute: {how: tmt}
                prepare: {how: shell, script: touch $TMT_PLAN_DATA/prepared}
                finish: {how: shell, script: "echo last words; exit 9"}
                """);
        assertThat(result.out() + result.err())
                .contains("finish of plan '/plans/ci', phase 'default-0': its script failed with exit code 9");
        assertThat(only("plan-data", "/x")).isEqualTo("tested\n");
        assertThat(only("machines", "-finish.log")).endsWith("\nlast words\n");
    }
}
