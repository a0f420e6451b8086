package dev.atex.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Finding changes in repositories, including hostile ones. */
@Timeout(300)
class ChangesTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void makeRepository() throws Exception {
        git("-c", "init.defaultBranch=main", "init", "-q");
        history(Stream.of("first/file"));
        git("checkout", "-q", "-f", "-b", "topic", "main");
    }

    private void git(String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        process.getOutputStream().close();
        end(process);
    }

    private Process start(String... arguments) throws IOException {
        String[] command =
                Stream.concat(Stream.of("git"), Arrays.stream(arguments)).toArray(String[]::new);
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("git.out").toFile())
                .start();
    }

    private static void end(Process process) throws InterruptedException {
        assertThat(process.waitFor()).isZero();
    }

    /** Commits files with these names, given as bytes, on the branch main. */
    private void history(Stream<String> names) throws IOException, InterruptedException {
        commit("main", "", names);
    }

    private void commit(String branch, String from, Stream<String> names) throws IOException, InterruptedException {
        Process process = start("fast-import", "--quiet", "--force");
        try (OutputStream out = new BufferedOutputStream(process.getOutputStream())) {
            write(out, "commit refs/heads/" + branch + "\ncommitter A <a@example.com> 1700000000 +0000\ndata 1\nx\n");
            if (!from.isEmpty()) {
                write(out, "from " + from + "\n");
            }
            names.forEach(name -> {
                try {
                    write(out, "M 644 inline \"" + name + "\"\ndata 1\ny\n");
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
        }
        end(process);
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private Set<String> changes() throws FmfException, InterruptedException {
        return Changes.of(directory.toString(), Optional.of("more"), Optional.empty(), Optional.of("main"));
    }

    @Test
    void directoryNamesOfAllKindsAreReported() throws Exception {
        commit(
                "more",
                "refs/heads/main^0",
                Stream.of("top", "a/b/x", "a/b/y", "caf\\351/x", "line\\nend/x", "blank at end /x", "a/\\377"));
        assertThat(changes()).containsExactlyInAnyOrder("", "a/b", "a", "caf\uFFFD", "line\nend", "blank at end ");
    }

    @Test
    void tooManyChangesFail() throws Exception {
        commit(
                "more",
                "refs/heads/main^0",
                Stream.iterate(0, i -> i + 1).limit(100_001).map(i -> "d" + i / 1000 + "/e" + i % 1000 + "/f"));
        assertThatThrownBy(this::changes)
                .isInstanceOf(FetchException.class)
                .hasMessage("files in more than 100000 directories have changed; compare with a closer commit"
                        + " ('modified-ref')");
    }

    @Test
    void repeatedChangesOfSameFilesCountOnce() throws Exception {
        String from = "refs/heads/main^0";
        for (int i = 0; i < 20; i++) {
            commit("more", from, Stream.of("a/" + i, "b/" + i));
            from = "refs/heads/more^0";
        }
        assertThat(changes()).containsExactlyInAnyOrder("a", "b");
    }
}
