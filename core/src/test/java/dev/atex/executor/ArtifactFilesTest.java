package dev.atex.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactFilesTest {
    @TempDir
    Path temp;

    private Path root;
    private ArtifactFiles files;

    @BeforeEach
    void setUp() {
        root = temp.resolve("artifacts/files");
        files = ArtifactFiles.in(root);
    }

    private void write(String result, String file, String text) throws IOException {
        try (FileChannel channel = files.append(result, file)) {
            channel.write(ByteBuffer.wrap(text.getBytes()));
        }
    }

    private String read(String result, String file) throws IOException {
        return Files.readString(files.find(result, file).orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({
        "sub/test, some/log, sub/test/some/log",
        ", log, log",
        "/, log, log",
        ".., log, log",
        "../../.., log, log",
        "/etc, /passwd, etc/passwd",
        "a, ../../x, a/x",
        "a/./b//c/, ./x//y, a/b/c/x/y",
        "a/../b, c/../d, b/d",
        "..., ..x, .../..x",
        "'a b', ' ', 'a b/ '",
        "ž, 🐎, ž/🐎",
    })
    void namesAreRelativeAndNormalised(String result, String file, String expected) throws IOException {
        write(result, file, "content");
        assertThat(root.resolve(expected)).content().isEqualTo("content");
        assertThat(files.find(result, file)).contains(root.resolve(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", ".", "..", "a/..", "../", "//"})
    void namesOfNoFileAreRefused(String file) throws IOException {
        assertThatThrownBy(() -> files.append("r", file)).hasMessageContaining("is no name for a file");
        assertThat(files.find("r", file)).isEmpty();
    }

    @Test
    void appendContinuesFile() throws IOException {
        write("a", "x", "one");
        write("a", "x", "two");
        assertThat(read("a", "x")).isEqualTo("onetwo");
    }

    @Test
    void longAndImpossibleNamesAreStableAndDistinct() throws IOException {
        String longest = "x".repeat(255);
        write(null, longest, "fits");
        assertThat(root.resolve(longest)).exists();
        List<String> names = List.of(
                "x".repeat(256),
                "x".repeat(257),
                "ž".repeat(128),
                "nul\0byte",
                "nul\0bytf",
                "half\ud800",
                "half\ud801",
                "d/".repeat(3000) + "a",
                "d/".repeat(3000) + "b",
                "e".repeat(255).concat("/").repeat(20) + "c",
                "x".repeat(100_000));
        for (String name : names) {
            write(name, name, name);
        }
        for (String name : names) {
            assertThat(read(name, name)).isEqualTo(new String(name.getBytes()));
        }
        try (Stream<Path> tree = Files.walk(root)) {
            assertThat(tree.filter(Files::isRegularFile).count()).isEqualTo(names.size() + 1L);
        }
    }

    @Test
    void fileAndDirectoryOfTheSameNameBothStay() throws IOException {
        write("a", "b", "file a/b");
        write("a/b", "c", "file a/b/c");
        write("a/b", "c/d", "file a/b/c/d");
        write("x/y", "z", "file x/y/z");
        write("x", "y", "file x/y");
        write("a", "b", "+");
        assertThat(read("a", "b")).isEqualTo("file a/b+");
        assertThat(read("a/b", "c")).isEqualTo("file a/b/c");
        assertThat(read("a/b", "c/d")).isEqualTo("file a/b/c/d");
        assertThat(read("x/y", "z")).isEqualTo("file x/y/z");
        assertThat(read("x", "y")).isEqualTo("file x/y");
    }

    @Test
    void plantedLinksAreNotFollowed() throws IOException {
        Path outside = Files.createDirectory(temp.resolve("outside"));
        Path secret = Files.writeString(outside.resolve("secret"), "secret");
        Files.createDirectories(root);
        Files.createSymbolicLink(root.resolve("dir"), outside);
        Files.createSymbolicLink(root.resolve("file"), secret);
        Files.createSymbolicLink(root.resolve("dangling"), outside.resolve("new"));
        write("dir", "secret", "mine");
        write(null, "file", "mine");
        write(null, "dangling", "mine");
        assertThat(secret).content().isEqualTo("secret");
        assertThat(outside.resolve("new")).doesNotExist();
        assertThat(read("dir", "secret")).isEqualTo("mine");
        assertThat(read(null, "file")).isEqualTo("mine");
        assertThat(read(null, "dangling")).isEqualTo("mine");
    }

    @Test
    void aLinkInPlaceOfTheTreeItselfIsRefused() throws IOException {
        Path outside = Files.createDirectory(temp.resolve("outside"));
        Files.createDirectories(root.getParent());
        Files.createSymbolicLink(root, outside);
        assertThatThrownBy(() -> write(null, "x", "y")).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(outside).isEmptyDirectory();
        assertThat(files.find(null, "x")).isEmpty();
    }

    @Test
    void aLinkedFileHoldsWhatIsWrittenLater() throws IOException {
        Path output = Files.writeString(temp.resolve("output"), "one ");
        files.link("a", "log/output.txt", output);
        Files.writeString(output, "two", java.nio.file.StandardOpenOption.APPEND);
        assertThat(read("a", "log/output.txt")).isEqualTo("one two");
        assertThatThrownBy(() -> files.link("a", "log/output.txt", output))
                .isInstanceOf(FileAlreadyExistsException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomHostileNamesNeverEscapeNorLoseAnything(long seed) throws IOException {
        Random random = new Random(seed);
        String[] pieces = {
            "..", ".", "/", "//", "a", "b", "a", "b", "c/", "\0", "~1", "é", "\ud83d", "x".repeat(300), " "
        };
        Map<String, String> expected = new HashMap<>();
        for (int i = 0; i < 500; i++) {
            String result = random.nextInt(4) == 0 ? null : name(random, pieces);
            String file = name(random, pieces);
            if (DiskNames.components(file).isEmpty()) {
                continue;
            }
            String text = i + ";";
            write(result, file, text);
            String key = (result == null ? List.of() : DiskNames.components(result)) + "|" + DiskNames.components(file);
            assertThat(read(result, file)).as("%s %s", result, file).endsWith(text);
            expected.merge(key, text, String::concat);
        }
        try (Stream<Path> outside = Files.walk(temp)) {
            assertThat(outside.filter(Files::isRegularFile)).allMatch(path -> path.startsWith(root));
        }
        try (Stream<Path> tree = Files.walk(root)) {
            String all = tree.filter(Files::isRegularFile)
                    .map(ArtifactFilesTest::content)
                    .collect(Collectors.joining());
            int written = expected.values().stream().mapToInt(String::length).sum();
            assertThat(all).hasSize(written);
        }
    }

    private static String name(Random random, String[] pieces) {
        StringBuilder name = new StringBuilder();
        for (int i = random.nextInt(6); i >= 0; i--) {
            name.append(pieces[random.nextInt(pieces.length)]);
            if (random.nextBoolean()) {
                name.append('/');
            }
        }
        return name.toString();
    }

    private static String content(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
