package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.internal.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code atex fmf} as a user calls it: in the working directory, with the packaged command. */
class FmfCommandTest {
    @TempDir
    private Path directory;

    @Test
    void initListAndShowWorkOnNewTree() throws Exception {
        Atex atex = Atex.in(directory);
        Atex.Result none = atex.call("fmf", "ls").expect(2);
        assertThat(none.err()).isEqualTo("""
                atex: Unable to find tree root for '%s'.
                To create a tree: atex fmf init
                """.formatted(directory.toRealPath()));
        assertThat(directory).isEmptyDirectory();
        atex.call("fmf", "init").expect(0);
        Files.writeString(directory.resolve("main.fmf"), "tag: [a]\n/x:\n  tag+: [b]\n/y:\n  tag-: [a]\n");
        assertThat(atex.call("fmf", "ls").expect(0).out()).isEqualTo("/x\n/y\n");
        assertThat(atex.call("fmf", "show", "--filter", "tag: b").expect(0).out())
                .isEqualTo("/x\ntag: a and b\n");
        List<?> shown = (List<?>) Json.parse(
                atex.call("fmf", "show", "--json", "--name", "y").expect(0).out());
        assertThat(shown)
                .isEqualTo(List.of(Map.of(
                        "name",
                        "/y",
                        "sources",
                        List.of(directory.toRealPath().resolve("main.fmf").toString()),
                        "data",
                        Map.of("tag", List.of()))));
        Files.writeString(directory.resolve("z.fmf"), "tag+: 1\n");
        Atex.Result wrong = atex.call("fmf", "show").expect(2);
        assertThat(wrong.out()).isEmpty();
        assertThat(wrong.err())
                .isEqualTo(
                        "atex: %s/z.fmf:1:1: MergeError: Key 'tag' in /z (can only concatenate list (not \"int\") to list).\n"
                                .formatted(directory.toRealPath()));
    }
}
