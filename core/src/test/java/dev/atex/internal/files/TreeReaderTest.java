package dev.atex.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeReaderTest {
    private static final FileTime THEN = FileTime.fromMillis(1_000_000_000_000L);
    private static final int DEEP = 1500;

    @TempDir
    private Path directory;

    private Path tree;

    @BeforeEach
    void make() throws IOException {
        tree = Files.createDirectory(directory.resolve("tree"));
    }

    @AfterEach
    void delete() throws IOException {
        Trees.delete(tree); // may be deeper than others can delete
        Trees.delete(directory.resolve("copy"));
    }

    /** What is read, by path: the content, the target, or nothing. */
    private static class Recorder implements TreeReader.Visitor {
        final Map<Path, String> seen = new TreeMap<>();
        int left;

        @Override
        public void enter(Path path, FileFacts facts) throws IOException, InterruptedException {
            seen.put(path, "");
        }

        @Override
        public void leave(Path path, FileFacts facts) {
            assertThat(seen).containsKey(path);
            left++;
        }

        @Override
        public void file(Path file, FileFacts facts, FileChannel content) throws IOException, InterruptedException {
            seen.put(file, new String(Channels.newInputStream(content).readAllBytes(), StandardCharsets.UTF_8));
        }

        @Override
        public void link(Path link, FileFacts facts, Path target) throws IOException, InterruptedException {
            seen.put(link, "-> " + target);
        }
    }

    @Test
    void filesDirectoriesAndLinksAreReadAndNothingElse() throws Exception {
        Files.createDirectories(tree.resolve("a/b"));
        Files.writeString(tree.resolve("a/file"), "content");
        Files.createSymbolicLink(tree.resolve("a/link"), Path.of("/no/where"));
        assertThat(new ProcessBuilder("mkfifo", tree.resolve("a/pipe").toString())
                        .start()
                        .waitFor())
                .isZero();
        Recorder recorder = new Recorder();
        TreeReader.read(tree, recorder);
        assertThat(recorder.seen)
                .isEqualTo(Map.of(
                        Path.of(""), "",
                        Path.of("a"), "",
                        Path.of("a/b"), "",
                        Path.of("a/file"), "content",
                        Path.of("a/link"), "-> /no/where"));
        assertThat(recorder.left).isEqualTo(3);
    }

    @Test
    void readOfSubtreeFollowsNoLinks() throws Exception {
        Files.createDirectories(tree.resolve("a/b/c"));
        Files.createSymbolicLink(tree.resolve("a/link"), Path.of("b"));
        Recorder recorder = new Recorder();
        TreeReader.read(tree, Path.of("a/b"), recorder);
        assertThat(recorder.seen).containsOnlyKeys(Path.of(""), Path.of("c"));
        assertThatThrownBy(() -> TreeReader.read(tree, Path.of("a/link/c"), new Recorder()))
                .hasMessageContaining("a/link is not a directory, or a link");
        assertThatThrownBy(() -> TreeReader.read(tree, Path.of("../tree"), new Recorder()))
                .hasMessageContaining("leads out");
    }

    /** Each name is long: no path of the kernel's has place for all of them. Beside each there are files still to be read. */
    @Test
    void deepTreeIsCopiedWithFewDescriptors() throws Exception {
        long before = descriptors();
        Path deep = Path.of("");
        try (TreeWriter writer = new TreeWriter(tree)) {
            for (int i = 0; i < DEEP; i++) {
                deep = deep.resolve("directory-" + i % 7);
                writer.directory(deep, 0755, THEN);
                for (String name : List.of("a", "z")) {
                    writer.file(deep.resolve(name), _ -> {}, 0600 + i % 8, THEN);
                }
            }
            writer.finish();
        }
        long[] most = new long[1];
        Recorder recorder = new Recorder();
        try (TreeWriter writer = new TreeWriter(directory.resolve("copy"))) {
            TreeReader.read(tree, new Recorder() {
                @Override
                public void enter(Path path, FileFacts facts) throws IOException, InterruptedException {
                    most[0] = Math.max(most[0], descriptors());
                    writer.directory(path, facts.permissions(), facts.time());
                }

                @Override
                public void leave(Path path, FileFacts facts) {}

                @Override
                public void file(Path path, FileFacts facts, FileChannel content)
                        throws IOException, InterruptedException {
                    writer.file(path, _ -> {}, facts.permissions(), facts.time());
                }
            });
            writer.finish();
        }
        TreeReader.read(directory.resolve("copy"), recorder);
        assertThat(recorder.seen).hasSize(3 * DEEP + 1).containsKey(deep.resolve("z"));
        assertThat(most[0] - before).isLessThan(DEEP / 2);
    }

    private static long descriptors() throws IOException {
        return Trees.entries(Path.of("/proc/self/fd")).size();
    }

    @Test
    void namesThatAreNotTextAreKept() throws Exception {
        Path odd = FileNames.ofBytes("a\u00ff\u00fe/\u00e9 \u00c3\u00a9\n%41");
        assertThat(odd.getNameCount()).isEqualTo(2);
        Files.createDirectories(tree.resolve(odd));
        Files.createSymbolicLink(tree.resolve(odd).resolve("link"), odd);
        Recorder recorder = new Recorder();
        TreeReader.read(tree, recorder);
        assertThat(recorder.seen).containsKeys(odd, odd.resolve("link"));
        for (Path path : recorder.seen.keySet()) {
            assertThat(FileNames.ofBytes(FileNames.bytes(path))).isEqualTo(path);
        }
        assertThat(FileNames.bytes(odd)).isEqualTo("a\u00ff\u00fe/\u00e9 \u00c3\u00a9\n%41");
        assertThat(FileNames.ofBytes("/\u00ff")).isAbsolute();
        assertThat(FileNames.ofBytes("./x/../\u00ff/").normalize()).isEqualTo(FileNames.ofBytes("\u00ff"));
        assertThat(FileNames.ofBytes("\u6f22")).isEqualTo(Path.of("\u6f22"));
    }

    @Test
    void failureNamesWholePath() throws Exception {
        Files.createDirectories(tree.resolve("a"));
        Files.writeString(tree.resolve("a/f1"), "x");
        Files.writeString(tree.resolve("a/f2"), "x");
        assertThatThrownBy(() -> TreeReader.read(tree, new Recorder() {
                    @Override
                    public void file(Path file, FileFacts facts, FileChannel content) throws IOException {
                        Files.delete(tree.resolve(file.equals(Path.of("a/f1")) ? "a/f2" : "a/f1"));
                    }
                }))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining(tree.resolve("a/f").toString());
        assertThatThrownBy(() -> TreeReader.read(directory.resolve("missing"), new Recorder()))
                .hasMessageContaining("missing");
    }

    @Test
    void directoryReplacedByLinkIsReadFromOpenHandle() throws Exception {
        Files.createDirectories(tree.resolve("a"));
        Files.writeString(tree.resolve("a/file"), "inside");
        Files.createSymbolicLink(tree.resolve("a/link"), Path.of("inside"));
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("file"), "secret");
        Files.createSymbolicLink(outside.resolve("link"), Path.of("secret"));
        Recorder recorder = new Recorder() {
            @Override
            public void enter(Path path, FileFacts facts) throws IOException, InterruptedException {
                super.enter(path, facts);
                if (path.equals(Path.of("a"))) {
                    Files.move(tree.resolve("a"), directory.resolve("aside"));
                    Files.createSymbolicLink(tree.resolve("a"), outside);
                }
            }
        };
        TreeReader.read(tree, recorder);
        assertThat(recorder.seen)
                .isEqualTo(Map.of(
                        Path.of(""),
                        "",
                        Path.of("a"),
                        "",
                        Path.of("a/file"),
                        "inside",
                        Path.of("a/link"),
                        "-> inside"));
    }

    @Test
    void interruptEndsReading() throws Exception {
        Files.writeString(tree.resolve("a"), "x");
        assertThatThrownBy(() -> TreeReader.read(tree, new Recorder() {
                    @Override
                    public void file(Path file, FileFacts facts, FileChannel content)
                            throws IOException, InterruptedException {
                        Thread.currentThread().interrupt();
                        super.file(file, facts, content);
                    }
                }))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }
}
