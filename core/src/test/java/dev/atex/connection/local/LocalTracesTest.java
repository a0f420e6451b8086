package dev.atex.connection.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LocalTracesTest {
    private static final String TEMPORARY = "java.io.tmpdir";

    @Test
    void whereTheyAreIsSaidForProcessesThatAreElsewhere() {
        String before = System.getProperty(TEMPORARY);
        System.setProperty(TEMPORARY, "tmp");
        try {
            Map<String, String> locator = LocalTraces.locator();
            assertThat(locator.get("temporary"))
                    .isEqualTo(Path.of("tmp").toAbsolutePath().toString());
            assertThat(locator.get("work").split(":")).allMatch(path -> path.startsWith("/"));
        } finally {
            System.setProperty(TEMPORARY, before);
        }
    }
}
