package dev.atex.results;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.files.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredArtifactsTest {
    @TempDir
    private Path temp;

    private TestArtifacts artifacts(String name) throws IOException {
        TestArtifacts artifacts = TestArtifacts.in(temp.resolve(name));
        artifacts.addResult(Map.of("status", "pass", "files", List.of("log")));
        Files.writeString(artifacts.files().place(null, "log"), name);
        return artifacts;
    }

    private StoredArtifacts stored(String name) throws Exception {
        TestArtifacts artifacts = artifacts(name);
        Path files = temp.resolve("stored-" + name);
        Trees.link(artifacts.files().directory(), files);
        return new StoredArtifacts(artifacts, Optional.of(files));
    }

    private static List<String> removeAll(Queue<StoredArtifacts> all) {
        return StoredArtifacts.removeAll(all, Deadline.never());
    }

    @Test
    void otherFilesInTheDirectoryStay() throws Exception {
        TestArtifacts artifacts = TestArtifacts.in(temp.resolve("a"));
        artifacts.addResult(Map.of("status", "pass"));
        Files.createDirectories(artifacts.files().directory().resolve("empty"));
        Files.writeString(artifacts.directory().resolve("mine"), "kept");
        new StoredArtifacts(artifacts, Optional.empty()).remove(Deadline.never());
        assertThat(artifacts.directory()).isDirectoryContaining(path -> path.endsWith("mine"));
        assertThat(artifacts.resultsFile()).doesNotExist();
        assertThat(artifacts.files().directory()).doesNotExist();
    }

    @Test
    void artifactsWithFilesThatAreNotStoredStayAndAreReported() throws Exception {
        StoredArtifacts first = stored("first");
        StoredArtifacts second = stored("second");
        StoredArtifacts third = stored("third");
        Files.delete(first.files().orElseThrow().resolve("log"));
        Trees.delete(third.files().orElseThrow());
        List<String> problems = removeAll(new ArrayDeque<>(List.of(first, second, third)));
        assertThat(problems).hasSize(2);
        assertThat(problems.getFirst())
                .contains("the stored artifacts in " + temp.resolve("first") + " are not removed: ")
                .contains("first/files/log: is not in " + temp.resolve("stored-first"));
        assertThat(problems.getLast()).contains(temp.resolve("third") + " are not removed: ");
        assertThat(first.artifacts().files().directory().resolve("log")).hasContent("first");
        assertThat(first.artifacts().resultsFile()).exists();
        assertThat(second.artifacts().directory()).doesNotExist();
        assertThat(third.artifacts().files().directory().resolve("log")).hasContent("third");
    }

    @Test
    void deadlineAndInterruptEndRemoval() throws Exception {
        Queue<StoredArtifacts> all = new ArrayDeque<>(List.of(stored("first"), stored("second")));
        assertThat(StoredArtifacts.removeAll(all, Deadline.after(Duration.ZERO)))
                .singleElement()
                .asString()
                .contains("it took too long", "2 attempts");
        Thread.currentThread().interrupt();
        assertThat(removeAll(all)).singleElement().asString().contains("it was interrupted", "2 attempts");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(temp.resolve("first/files/log")).exists();
        assertThat(removeAll(all)).isEmpty();
        assertThat(temp.resolve("first")).doesNotExist();
        assertThat(temp.resolve("second")).doesNotExist();
        assertThat(temp.resolve("stored-second/log")).hasContent("second");
    }
}
