package dev.atex.cli.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.cli.command.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
    private static final LocalDateTime NOW = LocalDateTime.of(2026, 11, 24, 9, 5, 7);

    @TempDir
    private Path base;

    private RunDirectory at(String path) {
        return RunDirectory.forRun(Optional.of(base.resolve(path)), NOW);
    }

    @Test
    void defaultDirectoryNameHasTimeAndRandomPart() {
        RunDirectory usual = RunDirectory.forRun(Optional.empty(), NOW);
        assertThat(usual.id()).matches("20261124-090507-[0-9a-f]{6}");
        assertThat(usual.path()).isEqualTo(Path.of("atex-runs", usual.id()));
        assertThat(RunDirectory.forRun(Optional.empty(), NOW).id()).isNotEqualTo(usual.id());
    }

    @Test
    void createMakesParentsAndFailsIfDirectoryExists() throws Exception {
        RunDirectory directory = at("a/b/c");
        directory.check();
        directory.create();
        assertThat(base.resolve("a/b/c")).isEmptyDirectory();
        assertThatThrownBy(directory::check).isInstanceOf(UsageException.class).hasMessageContaining("exists already");
        assertThatThrownBy(directory::create).isInstanceOf(UsageException.class).hasMessageContaining("exists already");
    }

    @Test
    void failedCreateLeavesNothing() throws Exception {
        RunDirectory directory = at("a/b/" + "x".repeat(300));
        assertThatThrownBy(directory::create)
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("cannot be created");
        assertThat(base).isEmptyDirectory();
    }

    @Test
    void danglingLinkCountsAsExisting() throws Exception {
        Files.createSymbolicLink(base.resolve("link"), base.resolve("nowhere"));
        assertThatThrownBy(at("link")::check).hasMessageContaining("exists already");
        assertThatThrownBy(at("link")::create).isInstanceOf(UsageException.class);
    }

    @Test
    void onlyEmptyAttemptDirectoriesAreRemoved() throws Exception {
        RunDirectory directory = at("run");
        directory.create();
        directory.removeEmptyAttempts();
        Files.createDirectories(directory.attempts().resolve("a/b/1"));
        Path kept =
                Files.createDirectories(directory.attempts().resolve("a/c/1")).resolve("results");
        Files.writeString(kept, "{}\n");
        directory.removeEmptyAttempts();
        assertThat(kept).exists();
        assertThat(directory.attempts().resolve("a/b")).doesNotExist();
        Files.delete(kept);
        directory.removeEmptyAttempts();
        assertThat(directory.path()).isEmptyDirectory();
    }
}
