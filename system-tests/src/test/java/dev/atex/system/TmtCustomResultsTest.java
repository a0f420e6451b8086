package dev.atex.system;

import static dev.atex.system.Row.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code result: custom}: every shape of the file. */
@Timeout(300)
class TmtCustomResultsTest {
    @TempDir
    private Path directory;

    /** A test whose file of results has this text; the word before the first blank of the name is the file's ending. */
    private static Row custom(String name, String text) {
        return custom(name, "yaml", text, "");
    }

    private static Row custom(String name, String ending, String text, String more) {
        return row(name)
                .file("results", text)
                .file(
                        "t.fmf",
                        "duration: 1m\nresult: custom\ntest: |\n  cp results $TMT_TEST_DATA/results." + ending + "\n  "
                                + more.strip().replace("\n", "\n  ") + "\n")
                .run();
    }

    @TestFactory
    Stream<DynamicTest> shapes() {
        return Rows.of(
                directory,
                custom("the test itself", "- {name: /, result: pass, note: all well}\n")
                        .result("/t", "pass", "all well")
                        .subtests("/t"),
                custom("the exit code does not count", "yaml", "- {name: /, result: pass}\n", "exit 99")
                        .result("/t", "pass"),
                custom("JSON", "json", "[{\"name\": \"/\", \"result\": \"info\", \"note\": \"n\"}]\n", "")
                        .result("/t", "info", "n"),
                custom(
                                "YAML comes before JSON",
                                "yaml",
                                "- {name: /, result: pass}\n",
                                "echo '[]' > $TMT_TEST_DATA/results.json")
                        .result("/t", "pass"),
                custom("every status", """
                    - {name: /a, result: pass}
                    - {name: /b, result: fail}
                    - {name: /c, result: info}
                    - {name: /d, result: warn}
                    - {name: /e, result: error}
                    - {name: /f, result: skip}
                    """)
                        .exits(1)
                        .subtests("/t", "a pass", "b fail", "c info", "d warn", "e error", "f skip")
                        .result("/t", "error", "b: fail"),
                custom("pending", "- {name: /, result: pass}\n- {name: /a, result: pending}\n")
                        .exits(1)
                        .subtests("/t", "a error")
                        .then(done -> assertThat(
                                        Tree.results(done.run()).getFirst().note())
                                .isEqualTo("unknown result 'pending'")),
                custom("another word", "- {name: /, result: good}\n")
                        .exits(1)
                        .result("/t", "error", "unknown result 'good'"),
                custom("a name without /", "- {name: a, result: pass}\n")
                        .subtests("/t", "a pass")
                        .then(done -> assertThat(
                                        Tree.results(done.run()).getFirst().note())
                                .isEqualTo("custom test result name should start with '/'")),
                custom("a list of notes", "- {name: /, result: pass, note: [one, two]}\n")
                        .result("/t", "pass", "one, two"),
                custom(
                                "logs",
                                "yaml",
                                "- {name: /a, result: pass, log: [logs/main.log, other.log]}\n",
                                "cd $TMT_TEST_DATA; mkdir logs; echo main > logs/main.log; echo other > other.log")
                        .then(done -> assertThat(
                                        Tree.results(done.run()).getFirst().files())
                                .isEqualTo(List.of("logs/main.log", "other.log")))
                        .stores("t/a/logs/main.log", "main\n")
                        .stores("t/a/other.log", "other\n"),
                custom("no log", "yaml", "- {name: /a, result: pass}\n", "echo printed")
                        .stores("t/a/output.txt", "printed\n"),
                custom("a log that leaves", "- {name: /, result: pass, log: ../../../../etc/hostname}\n")
                        .result("/t", "pass", "log '../../../../etc/hostname' is no file in TMT_TEST_DATA"),
                custom("a log that is missing", "- {name: /, result: pass, log: [gone.log]}\n")
                        .result("/t", "pass", "log 'gone.log' is no file in TMT_TEST_DATA"),
                custom(
                                "logs with long paths",
                                "yaml",
                                "- {name: /a, result: pass, log: ['" + "./".repeat(4990) + "a.log']}\n"
                                        + "- {name: /b, result: pass, log: ['" + "/./".repeat(3300) + "a.log']}\n"
                                        + "- {name: /c, result: pass, log: ['" + "./".repeat(100_000) + "a.log']}\n",
                                "echo a > $TMT_TEST_DATA/a.log")
                        .subtests("/t", "a pass", "b pass", "c pass")
                        .stores("t/a/a.log", "a\n"),
                custom("subresult and check", """
                    - name: /a
                      result: pass
                      check: [{how: dmesg, event: before-test, result: skip}]
                      subresult:
                        - name: /deep
                          result: pass
                          check: [{how: avc, event: after-test, result: pass}]
                    """)
                        .subtests("/t", "a pass", "a/deep pass", "a/deep/check/avc pass", "a/check/dmesg skip"),
                custom("what is passed over", """
                    - name: /
                      result: pass
                      duration: 00:00:10
                      start-time: 2026-01-01T00:00:00
                      end-time: 2026-01-01T00:00:10
                      ids: {extra-x: 1}
                      guest: {name: g, role: r}
                      context: {distro: [fedora]}
                      serial-number: 1
                      fmf-id: {name: /t}
                      data-path: x
                      web-link: https://x
                      original-result: fail
                      own-key: {a: [b]}
                    """)
                        .result("/t", "pass")
                        .then(done -> assertThat(done.own("/t").note()).isNull()),
                custom("all count", "- {name: /, result: pass, note: own}\n- {name: /a, result: warn}\n")
                        .exits(1)
                        .result("/t", "warn", "own, a: warn"),
                custom("none for the test itself", "yaml", "- {name: /a, result: info}\n", "echo printed")
                        .result("/t", "info")
                        .stores("t/output.txt", "printed\n"),
                custom("an alias", "- &a {name: /a, result: pass}\n- {<<: *a, name: /b}\n")
                        .subtests("/t", "a pass", "b pass"));
    }

    private static Row wrong(String name, String text, String... notes) {
        Row row = custom(name, text).exits(1).result("/t", "error");
        for (String note : notes) {
            row.result("/t", "error", note);
        }
        return row;
    }

    @TestFactory
    Stream<DynamicTest> mistakes() {
        String bomb = "- &a0 [x, x]\n";
        for (int i = 1; i < 60; i++) {
            bomb += "- &a%d [*a%d, *a%d]\n".formatted(i, i - 1, i - 1);
        }
        return Rows.of(
                directory,
                row("no file")
                        .file("t.fmf", "{result: custom, test: 'true'}\n")
                        .run()
                        .exits(1)
                        .result("/t", "error", "custom results file not found in /"),
                wrong("empty", "", "no custom results were provided"),
                wrong("an empty list", "[]\n", "no custom results were provided"),
                wrong("no list", "name: /\nresult: pass\n", "expected a list of results, not a mapping"),
                wrong("bad syntax", "- name: /\n  result: [\n", "results.yaml, line 3, column 1: "),
                wrong("no name", "- {result: pass}\n", "result 1 has no 'name'"),
                wrong("no result", "- {name: /a}\n", "has no 'result'"),
                wrong("no mapping", "- {name: /, result: pass}\n- x\n", "result 2 is not a mapping, but 'x'"),
                wrong("bounded aliases", bomb),
                custom("bad JSON", "json", "[{\"name\": \n", "")
                        .exits(1)
                        .result("/t", "error", "results.json, line 2, column 1: "),
                row("after a time-out")
                        .file("t.fmf", """
                            result: custom
                            duration: 10s
                            test: |
                              echo '- {name: /a, result: pass}' > $TMT_TEST_DATA/results.yaml
                              sleep 1000
                            """)
                        .run()
                        .exits(1)
                        .subtests("/t", "a pass")
                        .result("/t", "infra", "test duration timeout reached"),
                row("limits hold")
                        .file("t.fmf", """
                            result: custom
                            test: |
                              for i in {1..1000}; do echo "- {name: /n$i, result: pass}"; done > $TMT_TEST_DATA/results.yaml
                            """)
                        .run("--max-results", "2K")
                        .exits(3)
                        .result("/t", "infra", "more than the limit of 2048 bytes of results"));
    }
}
