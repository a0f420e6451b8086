package dev.atex.cli.slf4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LibraryLoggerTest {
    @Test
    void scriptInMessageIsCut() {
        assertThat(LibraryLogger.cut("handleFailure() command=# Ends processes\nkill 1"))
                .isEqualTo("handleFailure() command=# Ends processes");
        assertThat(LibraryLogger.cut("x".repeat(1000)))
                .hasSizeLessThan(210)
                .startsWith("xxx")
                .endsWith("...");
    }
}
