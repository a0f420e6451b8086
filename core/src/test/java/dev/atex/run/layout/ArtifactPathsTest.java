package dev.atex.run.layout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArtifactPathsTest {
    private static final Path BASE = Path.of("/base");

    @Test
    void harmlessNamesAreKept() {
        assertThat(new ArtifactPaths(BASE).of("/unit/sys-calls_2", 3)).isEqualTo(Path.of("/base/unit/sys-calls_2/3"));
    }

    @Test
    void differentAttemptsNeverShareOrContainADirectory() {
        Random random = new Random(1);
        List<String> parts = List.of(
                "/", "a", "1", "22", ".", "..", "%", ".lost", "1.lost", "\u0000", "\n", "x".repeat(300), "é", "\ud800");
        Map<Path, String> seen = new HashMap<>();
        ArtifactPaths paths = new ArtifactPaths(BASE);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder name = new StringBuilder();
            for (int n = random.nextInt(6); n >= 0; n--) {
                name.append(parts.get(random.nextInt(parts.size())));
            }
            String test = name.toString();
            for (Path path : List.of(paths.of(test, 1), paths.of(test, 22), paths.ofLost(test, 1))) {
                assertThat(path.normalize()).isEqualTo(path).startsWithRaw(BASE);
                path.forEach(
                        component -> assertThat(component.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                                .hasSizeLessThan(256));
                String other = seen.putIfAbsent(path, test);
                assertThat(other == null || other.equals(test))
                        .as("%s and %s share %s", test, other, path)
                        .isTrue();
            }
        }
        seen.forEach((path, test) -> {
            for (Path parent = path.getParent(); parent != null; parent = parent.getParent()) {
                assertThat(seen)
                        .as("%s is within the directory of another attempt", path)
                        .doesNotContainKey(parent);
            }
        });
    }
}
