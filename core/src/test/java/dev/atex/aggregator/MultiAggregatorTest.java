package dev.atex.aggregator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.executor.TestArtifacts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MultiAggregatorTest extends AggregatorContract {
    private final FileAggregatorTest single = new FileAggregatorTest();

    @Override
    protected Aggregator create(Path directory) throws Exception {
        Files.createDirectories(directory.resolve("second"));
        return MultiAggregator.of(List.of(single.create(directory), single.create(directory.resolve("second"))));
    }

    @Override
    protected List<Stored> read(Path directory) throws Exception {
        List<Stored> first = single.read(directory);
        assertThat(single.read(directory.resolve("second"))).containsExactlyInAnyOrderElementsOf(first);
        return first;
    }

    @Override
    protected Optional<String> readFile(Path directory, String platform, String test, String file) throws Exception {
        Optional<String> first = single.readFile(directory, platform, test, file);
        assertThat(single.readFile(directory.resolve("second"), platform, test, file))
                .isEqualTo(first);
        return first;
    }

    /** Fails as long as it is told to; else takes nothing and is content. */
    private static final class Moody implements Aggregator {
        private boolean failing = true;
        private int ingested;

        @Override
        public void open() {}

        @Override
        public Map<Attempt, Found> resume(Resume from) {
            return Map.of();
        }

        @Override
        public Commit ingest(Attempt attempt, TestArtifacts artifacts) throws AggregatorException {
            assertThat(artifacts.resultsFile()).exists();
            assertThat(artifacts.files().directory()).exists();
            if (failing) {
                throw new AggregatorException("moody about " + artifacts.directory());
            }
            ingested++;
            return new Commit("moody " + ingested, Optional.empty());
        }

        @Override
        public void close() throws AggregatorException {
            if (failing) {
                throw new AggregatorException("moody to the end");
            }
        }
    }

    private Path out(String name) throws Exception {
        return Files.createDirectories(temp.resolve(name));
    }

    @Test
    void oneThatFailsDoesNotKeepTheOthersFromTheirs() throws Exception {
        Moody moody = new Moody();
        Attempt attempt = new Attempt("p", "/a", 1);
        Aggregator several =
                MultiAggregator.of(List.of(single.create(out("1")), moody, single.create(out("2")), moody));
        several.open();
        TestArtifacts artifacts = artifacts("pass");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> several.ingest(attempt, artifacts))
                    .isInstanceOf(AggregatorException.class)
                    .hasMessageEndingWith(
                            "moody about " + artifacts.directory() + "; moody about " + artifacts.directory());
            assertThat(single.read(out("1"))).containsExactly(new Stored("/a", "pass"));
            assertThat(single.read(out("2"))).containsExactly(new Stored("/a", "pass"));
            assertThat(artifacts.files().find(null, "log")).isPresent();
            try (Stream<Path> left = Files.list(artifacts.directory())) {
                assertThat(left.map(path -> path.getFileName().toString())).containsOnly("results", "files");
            }
        }
        assertThatThrownBy(several::close).hasMessageContaining("moody to the end");
        assertThat(single.create(out("2"))).satisfies(second -> assertThatThrownBy(second::open));
        moody.failing = false;
        Commit commit = several.ingest(attempt, artifacts);
        assertThat(moody.ingested).isEqualTo(2);
        assertThat(artifacts.directory()).doesNotExist();
        assertThat(commit.position()).matches("\\[\"0-[0-9]+\",\"moody 1\",\"0-[0-9]+\",\"moody 2\"]");
        assertThat(commit.files()).contains(out("1").resolve("files/p/a"));
        several.close();
    }

    @Test
    void thoseThatAreOpenAreClosedWhenOneCannotBeOpened() throws Exception {
        Files.writeString(out("2").resolve("results.jsonl"), "mine");
        Aggregator first = single.create(out("1"));
        Aggregator several = MultiAggregator.of(List.of(first, single.create(out("2"))));
        assertThatThrownBy(several::open)
                .isInstanceOf(AggregatorException.class)
                .hasMessageContaining("exists");
        TestArtifacts artifacts = artifacts("pass");
        assertThatThrownBy(() -> first.ingest(new Attempt("p", "/a", 1), artifacts))
                .hasMessageContaining("not open");
    }

    @Test
    void aPositionOfOtherOutputsIsRefused() throws Exception {
        TestArtifacts none = TestArtifacts.in(temp.resolve("none"));
        for (String position : List.of("12", "[\"1\"]", "[\"1\",2]", "nonsense")) {
            Commit commit = new Commit(position, Optional.empty());
            Resume resume = new Resume(Map.of(new Attempt("p", "/a", 1), Resume.Known.stored(none, commit)));
            assertThatThrownBy(() -> create(out("x")).resume(resume))
                    .isInstanceOf(AggregatorException.class)
                    .hasMessageContaining("position");
        }
        assertThatThrownBy(() -> MultiAggregator.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
