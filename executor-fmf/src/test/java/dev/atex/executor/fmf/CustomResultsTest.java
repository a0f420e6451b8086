package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.local.LocalConnection;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code result: custom}: the test writes its results into a file. */
@Timeout(120)
class CustomResultsTest {
    @TempDir
    private Path directory;

    private Harness harness;
    private int tests;

    @BeforeEach
    void make() throws Exception {
        harness = new Harness(new LocalConnection(), directory);
    }

    @AfterEach
    void stop() throws Exception {
        harness.close();
        assertThat(harness.leftovers()).isEmpty();
    }

    private int run(String yaml, String more) throws Exception {
        return run("results.yaml", yaml, more);
    }

    private int run(String file, String text, String more) throws Exception {
        harness.close();
        harness = new Harness(new LocalConnection(), directory.resolve("harness-" + tests++));
        harness.test("/t", "cat > $TMT_TEST_DATA/" + file + " <<'END'\n" + text + "\nEND\n" + more, "result", "custom");
        return harness.run("/t");
    }

    @Test
    void customResultsFileSupportsAllKeys() throws Exception {
        assertThat(run(
                        """
                        - name: /
                          result: pass
                          note: [all well, mostly]
                          log: [main.log, logs/other.log]
                          duration: 00:00:01
                        - name: /one
                          result: warn
                          note: looks odd
                          log:
                            - logs/other.log
                            - ./main.log
                          subresult:
                            - name: /deep
                              result: fail
                              check:
                                - how: dmesg
                                  event: after-test
                                  result: skip
                        - name: two
                          result: info
                          unknown-key: passed over
                        - {name: /three, result: pending}
                        """,
                        "mkdir $TMT_TEST_DATA/logs; echo main > $TMT_TEST_DATA/main.log; "
                                + "echo other > $TMT_TEST_DATA/logs/other.log; echo printed; exit 3"))
                .as("the exit code does not count, but a failure does")
                .isEqualTo(3);
        assertThat(harness.results())
                .containsExactly(
                        Map.of(
                                "status",
                                "warn",
                                "name",
                                "one",
                                "note",
                                "looks odd",
                                "files",
                                List.of("logs/other.log", "main.log")),
                        Map.of("status", "fail", "name", "one/deep", "files", List.of("output.txt")),
                        Map.of(
                                "status",
                                "skip",
                                "name",
                                "one/deep/check/dmesg",
                                "note",
                                "after-test",
                                "files",
                                List.of("output.txt")),
                        Map.of(
                                "status",
                                "info",
                                "name",
                                "two",
                                "note",
                                "custom test result name should start with '/'",
                                "files",
                                List.of("output.txt")),
                        Map.of(
                                "status",
                                "error",
                                "name",
                                "three",
                                "note",
                                "unknown result 'pending'",
                                "files",
                                List.of("output.txt")),
                        Map.of(
                                "status",
                                "error",
                                "note",
                                "all well, mostly, one: warn",
                                "files",
                                List.of("main.log", "logs/other.log", "output.txt", "results.yaml")));
        assertThat(harness.file("one/logs/other.log")).isEqualTo("other\n");
        assertThat(harness.file("two/output.txt")).isEqualTo("printed\n");
    }

    @Test
    void customResultsWithoutOwnResultGiveWorstStatus() throws Exception {
        assertThat(run("- {name: /a, result: pass}\n- {name: /b, result: skip}", "exit 1"))
                .isZero();
        assertThat(harness.results()).hasSize(3);
        assertThat(harness.result())
                .isEqualTo(Map.of("status", "pass", "files", List.of("output.txt", "results.yaml")));
        assertThat(run("- {name: /a, result: pass}\n- {name: /b, result: fail}", ""))
                .isEqualTo(1);
        assertThat(harness.result()).containsEntry("status", "fail").containsEntry("note", "b: fail");
        assertThat(run("[{name: /a, result: warn}, {name: /b, result: fail}, {name: /c, result: fail}]", ""))
                .isEqualTo(1);
        assertThat(harness.result()).containsEntry("status", "fail").containsEntry("note", "a: warn");
        assertThat(run("- {name: /a, result: warn}", ""))
                .as("a failure for tmt")
                .isEqualTo(1);
        assertThat(run("- {name: /a, result: skip}", "")).isZero();
        assertThat(harness.result()).containsEntry("status", "skip");
    }

    @Test
    void customResultsMayBeJson() throws Exception {
        assertThat(run("results.json", "[{\"name\": \"/\", \"result\": \"info\", \"note\": \"n\"}]", ""))
                .isZero();
        assertThat(harness.result()).containsEntry("status", "info").containsEntry("note", "n");
        assertThat(run("results.json", "[{\"name\": \"/\", ", "")).isEqualTo(1);
        assertThat((String) harness.result().get("note"))
                .isEqualTo("results.json, line 2, column 1: it ends in the middle");
        assertThat(run("results.json", "[\n {\"name\": \"/\",}]", "")).isEqualTo(1);
        assertThat(harness.result()).containsEntry("note", "results.json, line 2, column 15: unexpected '}'");
    }

    @Test
    void malformedCustomResultsAreReported() throws Exception {
        assertError("no custom results were provided", "");
        assertError("no custom results were provided", "[]");
        assertError("expected a list of results, not a mapping", "name: /\nresult: pass");
        assertError(
                "results.yaml, line 3, column 1: while parsing a flow node (line 3, column 1), expected",
                "- name: /\n  result: [");
        assertError("result 1 has no 'name'", "- result: pass");
        assertError("has no 'result'", "- name: /a");
        assertError("result 2 is not a mapping, but 'x'", "- {name: /, result: pass}\n- x");
        assertError(
                "log '../../../etc/passwd' is no file in TMT_TEST_DATA",
                "- {name: /, result: error, log: ../../../etc/passwd}");
        assertThat(harness.result().get("files")).isEqualTo(List.of("output.txt", "results.yaml"));
        harness.close();
        harness = new Harness(new LocalConnection(), directory.resolve("none"));
        harness.test("/t", "exit 0", "result", "custom");
        assertThat(harness.run("/t")).isEqualTo(1);
        assertThat((String) harness.result().get("note"))
                .matches("custom results file not found in /.*/invocation/data");
    }

    /** A link may lead anywhere, so it is not read; but that it is there is not kept quiet. */
    @Test
    void customResultsThatAreNoFileAreReported() throws Exception {
        Map<String, String> made = Map.of(
                "ln -s other results.yaml; echo '[]' > other", "a symbolic link",
                "ln -s /nowhere results.yaml; echo '- {name: /, result: pass}' > results.json", "a symbolic link",
                "mkdir results.yaml", "a directory",
                "mkfifo results.yaml", "a pipe, a socket or a device");
        for (Map.Entry<String, String> each : made.entrySet()) {
            harness.close();
            harness = new Harness(new LocalConnection(), directory.resolve("odd-" + tests++));
            harness.test("/t", "cd $TMT_TEST_DATA; " + each.getKey(), "result", "custom");
            assertThat(harness.run("/t")).isEqualTo(1);
            assertThat(harness.result()).containsEntry("status", "error");
            assertThat((String) harness.result().get("note"))
                    .startsWith("results.yaml in /")
                    .endsWith("/data is " + each.getValue() + ": only a regular file is read");
        }
        harness.close();
        harness = new Harness(new LocalConnection(), directory.resolve("odd-" + tests++));
        harness.test("/t", "mkdir $TMT_TEST_DATA/results.json", "result", "custom");
        assertThat(harness.run("/t")).isEqualTo(1);
        assertThat((String) harness.result().get("note")).startsWith("results.json in /");
    }

    private void assertError(String note, String yaml) throws Exception {
        assertThat(run(yaml, "")).as(yaml).isEqualTo(1);
        assertThat(harness.result()).containsEntry("status", "error");
        assertThat((String) harness.result().get("note")).as(yaml).contains(note);
    }

    @Test
    void hostileLogsAndNamesStayInArtifacts() throws Exception {
        assertThat(run("""
            - name: /../../../x
              result: pass
              log: [/etc/passwd, link, fifo, sub/../ok, ok, "ok\\0"]
            - {name: /a, result: pass, log: ok}
            - {name: /a, result: pass, log: ok}
            """, "cd $TMT_TEST_DATA; ln -s /etc/passwd link; mkfifo fifo; echo ok > ok"))
                .isZero();
        Map<String, Object> first = harness.results().getFirst();
        assertThat(first).containsEntry("files", List.of("ok"));
        assertThat((String) first.get("note")).contains("log '/etc/passwd' is no", "log 'link' is", "log 'fifo' is");
        assertThat(harness.artifacts().files().find((String) first.get("name"), "ok"))
                .isPresent();
        assertThat(harness.artifacts().files().find("../../../x", "ok").orElseThrow())
                .hasContent("ok")
                .startsWith(harness.artifacts().directory());
    }

    @Test
    void tooLongCustomResultsAreNotRead() throws Exception {
        harness.limits = harness.limits.withMaxJsonBytes(2000);
        harness.test("/t", "head -c 2001 /dev/zero > $TMT_TEST_DATA/results.yaml", "result", "custom");
        assertThat(harness.run("/t")).isEqualTo(1);
        assertThat(harness.result())
                .containsEntry("note", "results.yaml has 2001 bytes, over the limit of 2000 (see --max-json)");
    }

    @Test
    void customResultsAreLimited() throws Exception {
        harness.limits = harness.limits.withMaxResultBytes(2000);
        harness.test(
                "/t",
                "for i in {1..100}; do echo \"- {name: /n$i, result: pass}\"; done > $TMT_TEST_DATA/results.yaml",
                "result",
                "custom");
        assertThat(harness.run("/t")).isEqualTo(-1);
        assertThat((String) harness.result().get("note")).contains("more than the limit of 2000 bytes of results");
    }

    @Test
    void timeoutKeepsCustomSubtests() throws Exception {
        harness.test(
                "/t",
                "echo '- {name: /a, result: fail}' > $TMT_TEST_DATA/results.yaml; echo duration 1 >&3; sleep 600",
                "result",
                "custom");
        assertThat(harness.run("/t")).isEqualTo(-1);
        assertThat(harness.results()).hasSize(2);
        assertThat(harness.results().getFirst()).containsEntry("name", "a").containsEntry("status", "fail");
        assertThat(harness.result()).containsEntry("status", "infra");
    }
}
