package dev.atex.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CloneUseTest {
    @TempDir
    private Path directory;

    @Test
    void addressesThatLeaveCacheAreRefused() throws Exception {
        Path precious = Files.writeString(directory.resolve("precious"), "x");
        RepositoryCache cache = RepositoryCache.at(directory.resolve("cache"));
        for (String url : new String[] {"..", ".", "", "a\0b"}) {
            assertThatThrownBy(() -> cache.use(url, null, clone -> clone))
                    .isInstanceOf(FetchException.class)
                    .hasMessageContaining("is not a repository address");
            assertThatThrownBy(() -> cache.fetch(url, null)).isInstanceOf(FetchException.class);
        }
        assertThat(precious).exists();
    }
}
