package dev.atex.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogLinesTest {
    private static String line(String message, Throwable... thrown) {
        return LogLines.ofTerminal(LogRecord.of(
                Instant.now(), Level.INFO, "dev.atex.ssh", "main", message, thrown.length == 0 ? null : thrown[0]));
    }

    @Test
    void causesAreOnTheSameLine() {
        assertThat(line("lost", new IOException("no answer", new IOException("no route to host"))))
                .endsWith(
                        "INFO  ssh [main] lost: java.io.IOException: no answer; caused by java.io.IOException: no route to host");
    }

    @Test
    void unexpectedExceptionHasFrames() {
        assertThat(line("failed", new UncheckedIOException(new IOException("disk"))))
                .contains(" at dev.atex.cli.log.LogLinesTest.unexpectedExceptionHasFrames(LogLinesTest.java:");
    }

    @Test
    void longMessageIsCut() {
        assertThat(line("x".repeat(100_000))).hasSizeLessThan(9_000).endsWith("... (100000 characters)");
    }

    @Test
    void valuesOfVariablesAndTokensAreReplaced() {
        Secrets.hide(Map.of("LINES_TEST_VARIABLE", "hunter2-variable", "LINES_TEST_SHORT", "no"));
        Secrets.hide("LINES_TEST_KEY", "-----BEGIN-----\nc2VjcmV0IGtleQ==\n-----END-----");
        Secrets.hideThoseOf(Map.of(
                "LINES_TEST_API_TOKEN",
                "token-7f3a9",
                "https_proxy",
                "http://user:pass%20word@proxy:3128",
                "LINES_TEST_OTHER",
                "kept as it is"));
        assertThat(line("a hunter2-variable b token-7f3a9 c", new IOException("d http://user:pass%20word@proxy:3128")))
                .contains(
                        "a <LINES_TEST_VARIABLE> b <LINES_TEST_API_TOKEN> c: java.io.IOException: d http://<https_proxy>@proxy:3128");
        assertThat(line("line c2VjcmV0IGtleQ== of it")).endsWith("line <LINES_TEST_KEY> of it");
        assertThat(line("LINES_TEST_SHORT=no, nothing")).endsWith("LINES_TEST_SHORT=<LINES_TEST_SHORT>, nothing");
        assertThat(line("kept as it is")).endsWith("kept as it is");
    }
}
