package dev.atex.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.aggregator.Aggregator;
import dev.atex.aggregator.AggregatorContract;
import dev.atex.aggregator.Attempt;
import dev.atex.aggregator.Commit;
import dev.atex.aggregator.FileAggregator;
import dev.atex.aggregator.Resume;
import dev.atex.executor.TestArtifacts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** YAML documents as an output that a run can resume. */
class YamlAggregatorTest extends AggregatorContract {
    @Override
    protected Aggregator create(Path directory) {
        return FileAggregator.of(YamlFormat.FORMAT, directory.resolve("r.yaml"), directory.resolve("files"));
    }

    @Override
    protected List<Stored> read(Path directory) throws Exception {
        return stored(Files.readString(directory.resolve("r.yaml")));
    }

    static List<Stored> stored(String documents) {
        List<Stored> stored = new ArrayList<>();
        for (Object each : new Load(LoadSettings.builder().build()).loadAllFromString(documents)) {
            Map<?, ?> document = (Map<?, ?>) each;
            String test = (String) document.get("name");
            if (document.get("subtests") instanceof List<?> subtests) {
                subtests.forEach(subtest -> stored.add(new Stored(test, (String) ((Map<?, ?>) subtest).get("status"))));
            }
            stored.add(new Stored(test, (String) document.get("status")));
        }
        return stored;
    }

    @Override
    protected Optional<String> readFile(Path directory, String platform, String test, String file) throws Exception {
        Path there = Path.of(directory + "/files/" + platform + test + "/" + file);
        return Files.exists(there) ? Optional.of(Files.readString(there)) : Optional.empty();
    }

    private static Attempt attempt(String test) {
        return new Attempt("10.2@s390x", test, 1);
    }

    private TestArtifacts reported(String name, List<Map<String, Object>> results) throws Exception {
        TestArtifacts artifacts = TestArtifacts.in(temp.resolve(name));
        for (Map<String, Object> result : results) {
            artifacts.addResult(result);
        }
        return artifacts;
    }

    @Test
    void lastOwnResultWinsAndFilesAddUp() throws Exception {
        try (Aggregator aggregator = create(temp)) {
            aggregator.open();
            aggregator.ingest(
                    attempt("/unit/syscalls"),
                    reported(
                            "a",
                            List.of(
                                    Map.of("status", "pass", "files", List.of("one"), "note", "first: \"x\" \u0007"),
                                    Map.of(
                                            "name",
                                            "connect",
                                            "status",
                                            "fail",
                                            "note",
                                            "yes",
                                            "files",
                                            List.of("t.txt")),
                                    Map.of("status", 1, "files", List.of("/two")),
                                    Map.of("name", "bind", "status", "pass"))));
            aggregator.ingest(attempt("/empty"), reported("b", List.of(Map.of())));
        }
        assertThat(temp.resolve("r.yaml")).hasContent("""
                ---
                platform: "10.2@s390x"
                name: /unit/syscalls
                status: "1"
                files:
                - "one"
                - /two
                note: "first: \\"x\\" \\u0007"
                subtests:
                - name: "connect"
                  status: fail
                  files:
                  - "t.txt"
                  note: "yes"
                - name: "bind"
                  status: pass
                ---
                platform: "10.2@s390x"
                name: /empty
                """);
    }

    @Test
    void runResumesAfterAnyCutOfDocument() throws Exception {
        Aggregator first = create(temp);
        first.open();
        Commit a = first.ingest(attempt("/a"), reported("a", List.of(Map.of("status", "pass"))));
        List<Map<String, Object>> lost = List.of(
                Map.of("name", "sub", "status", "fail", "note", "two\nlines\n---\n"),
                Map.of("status", "fail", "note", "x"));
        first.ingest(attempt("/b"), reported("b", lost));
        first.close();
        Path file = temp.resolve("r.yaml");
        String whole = Files.readString(file);
        int kept = whole.lastIndexOf("---\nplatform");
        for (int cut = kept; cut < whole.length(); cut++) {
            Files.writeString(file, whole.substring(0, cut) + (cut % 2 == 0 ? "" : "\0\0\n\0"));
            TestArtifacts again = reported("b", lost);
            try (Aggregator second = create(temp)) {
                Map<Attempt, Resume.Known> known = Map.of(
                        attempt("/a"), Resume.Known.stored(TestArtifacts.in(temp.resolve("none")), a),
                        attempt("/b"), Resume.Known.doubtful(again));
                assertThat(second.resume(new Resume(known))).containsOnlyKeys(attempt("/a"));
                second.ingest(attempt("/b"), again);
            }
            assertThat(Files.readString(file)).isEqualTo(whole);
        }
        Files.writeString(file, "- 1\n" + whole);
        assertThatThrownBy(() -> create(temp)
                        .resume(new Resume(
                                Map.of(attempt("/a"), Resume.Known.doubtful(TestArtifacts.in(temp.resolve("none")))))))
                .hasMessageContaining("line 1 is not one of results");
    }
}
