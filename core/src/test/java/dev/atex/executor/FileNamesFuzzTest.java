package dev.atex.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.fuzz.Fuzz;
import dev.atex.internal.files.Trees;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names that tests give files: each leads to one file below the tree, which is found again; nothing else happens. */
class FileNamesFuzzTest {
    private static final int MOST_NAMES = 20;

    @TempDir
    private Path temp;

    @Test
    void namesAreFilesInTree() throws Exception {
        Files.writeString(temp.resolve("outside"), "untouched");
        Fuzz.of(FileNamesFuzzTest.class, "names", "..", "/", "../", "\0", "~1", "\n", ".", "x".repeat(256), "é")
                .check(this::check);
        assertThat(temp.resolve("outside")).hasContent("untouched");
    }

    private void check(byte[] input) throws Exception {
        Path root = temp.resolve("tree");
        ArtifactFiles files = ArtifactFiles.in(root);
        List<String> names = names(input);
        String result = null;
        for (String name : names) {
            if (ArtifactFiles.isFileName(name)) {
                stored(root, files, result, name);
            }
            result = name;
        }
        try (var left = Files.list(temp)) {
            assertThat(left.map(path -> path.getFileName().toString())).isSubsetOf("tree", "outside");
        }
        Trees.delete(root);
    }

    private static void stored(Path root, ArtifactFiles files, String result, String name) throws IOException {
        try (FileChannel out = files.append(result, name)) {
            int _ = out.write(StandardCharsets.UTF_8.encode("."));
        }
        Path found = files.find(result, name).orElseThrow();
        assertThat(found).startsWith(root).isRegularFile();
        assertThat(found.toRealPath()).startsWith(root.toRealPath());
        assertThat(found.normalize()).isEqualTo(found);
    }

    /** Lines as bytes of UTF-8, or, for halves of pairs, as units of 16 bits. */
    private static List<String> names(byte[] input) {
        String text = input.length % 2 == 0
                ? new String(input, StandardCharsets.UTF_8)
                : StandardCharsets.ISO_8859_1
                        .decode(java.nio.ByteBuffer.wrap(input))
                        .toString();
        StringBuilder units = new StringBuilder(text);
        for (int i = 0; i < units.length(); i++) {
            if (units.charAt(i) == '\ufffd') {
                units.setCharAt(i, (char) (0xd800 + i % 0x800));
            }
        }
        return units.toString().lines().limit(MOST_NAMES).toList();
    }
}
