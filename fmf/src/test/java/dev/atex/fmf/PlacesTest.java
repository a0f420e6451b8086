package dev.atex.fmf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlacesTest {
    @TempDir
    private Path root;

    @BeforeEach
    void makeTree() throws IOException {
        write(".fmf/version", "1\n");
        write("main.fmf", "top: 1\nlist: [a]\n");
        write("sub.fmf", """
                key: value
                steps:
                  - {name: one, x: 1}
                  - name: two
                    y: 2
                /child:
                    own: 3
                    steps+:
                      - name: three
                        z: 4
                    adjust:
                      - when: distro == x
                        steps+:
                          - name: four
                            w: 5
                      - list+: [b]
                /deep/er:
                    more: 1
                """);
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private String place(String node, @Nullable Object value, Object... path) throws FmfException {
        Tree tree = Tree.load(root);
        tree.adjust(Context.of(Map.of("distro", "x")));
        return new Places()
                .find(tree.find(node).orElseThrow(), Arrays.asList(path), value)
                .map(at -> root.relativize(at.file()) + ":" + at.line())
                .orElse("nowhere");
    }

    @Test
    void keysAreFoundWhereWritten() throws Exception {
        assertThat(place("/sub/child", 3, "own")).isEqualTo("sub.fmf:7");
        assertThat(place("/sub/child", "value", "key")).isEqualTo("sub.fmf:1");
        assertThat(place("/sub/child", 1, "top")).isEqualTo("main.fmf:1");
        assertThat(place("/sub/deep/er", 1, "more")).isEqualTo("sub.fmf:18");
    }

    @Test
    void listItemsAreFoundWhereAdded() throws Exception {
        assertThat(place("/sub/child", null, "steps", 0, "x")).isEqualTo("sub.fmf:3");
        assertThat(place("/sub/child", null, "steps", 1, "y")).isEqualTo("sub.fmf:5");
        assertThat(place("/sub/child", null, "steps", 2, "z")).isEqualTo("sub.fmf:10");
        assertThat(place("/sub/child", null, "steps", 3, "w")).isEqualTo("sub.fmf:15");
        assertThat(place("/sub/child", "four", "steps", 3, "name")).isEqualTo("sub.fmf:14");
        assertThat(place("/sub/child", "three", "steps", 2, "name")).isEqualTo("sub.fmf:9");
        assertThat(place("/sub/child", Map.of("name", "three", "z", 4), "steps", 2))
                .isEqualTo("sub.fmf:9");
    }

    @Test
    void missingPathYieldsEnclosingPlace() throws Exception {
        assertThat(place("/sub/child", null, "steps", 0, "nothing")).startsWith("sub.fmf:");
        assertThat(place("/sub/child", null, "nothing")).isEqualTo("sub.fmf:6");
        assertThat(place("/sub/deep/er", null)).isEqualTo("sub.fmf:17");
        assertThat(new Places().find(Tree.of(Map.of("a", 1)).top(), List.of("a"), 1))
                .isEmpty();
    }

    @Test
    void aliasesDoNotMakeSearchEndless() throws Exception {
        StringBuilder text = new StringBuilder("a0: &a0 {x: 1}\n");
        for (int i = 1; i < 40; i++) {
            text.append("a%d: &a%d [*a%d, *a%d, *a%d]\n".formatted(i, i, i - 1, i - 1, i - 1));
        }
        write("bomb.fmf", text + "last: 1\n");
        Object[] path = new Object[41];
        Arrays.fill(path, 0);
        path[0] = "a39";
        path[40] = "x";
        assertThat(place("/bomb", 2, path)).startsWith("bomb.fmf:");
    }
}
