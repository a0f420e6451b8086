package dev.atex.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.cli.selection.MachineSecrets;
import dev.atex.provisioner.ProvisionerSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void plainValueIsReplacedAsWordAndShortOneAfterItsName() {
        Secrets.hidePlain("PLAIN_TEST_MODE", "test");
        Secrets.hidePlain("PLAIN_TEST_WORD", "longvalue");
        Secrets.hidePlain("PLAIN_TEST_DB_PASS", "qz9x");
        assertThat(line("/tests/test-1 test")).endsWith("] /tests/test-1 test");
        assertThat(line("PLAIN_TEST_MODE=test, PLAIN_TEST_MODE=tests"))
                .endsWith("] PLAIN_TEST_MODE=<PLAIN_TEST_MODE>, PLAIN_TEST_MODE=tests");
        assertThat(line("longvalue alongvalue longvalues a-longvalue"))
                .endsWith("] <PLAIN_TEST_WORD> alongvalue longvalues a-<PLAIN_TEST_WORD>");
        assertThat(line("aqz9xb")).endsWith("] a<PLAIN_TEST_DB_PASS>b");
    }

    @Test
    void secretThatBeginsWithSlashIsReplacedUnlessItIsFile(@TempDir Path directory) {
        String base64 = "/7Jxk2+9/slash==";
        Secrets.hideThoseOf(Map.of(
                "SLASH_TEST_TOKEN",
                base64,
                "SLASH_TEST_TOKEN_FILE",
                directory.toString(),
                "SLASH_TEST_MYSQL_PWD",
                "mysql-5521",
                "SLASH_TEST_SSHPASS",
                "ssh-8812",
                "OLDPWD",
                "/gone/slash-test"));
        assertThat(line(base64 + " in " + directory)).endsWith("<SLASH_TEST_TOKEN> in " + directory);
        assertThat(line("mysql-5521 ssh-8812 /gone/slash-test"))
                .endsWith("<SLASH_TEST_MYSQL_PWD> <SLASH_TEST_SSHPASS> /gone/slash-test");
    }

    @Test
    void eachTokenOfProvisionerIsReplaced() throws Exception {
        MachineSecrets.hide(
                ProvisionerSpec.parse("testingfarm,compose=c,token-env=FARM_TEST_A|FARM_TEST_B"),
                Map.of("FARM_TEST_A", "farm-first-1", "FARM_TEST_B", "farm-second-2"));
        assertThat(line("farm-first-1 farm-second-2")).endsWith("] <FARM_TEST_A> <FARM_TEST_B>");
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
