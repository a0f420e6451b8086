package dev.atex.cli.machines;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineFactsTest {
    private static final String GOOD = "user root 0\nbash 5.2\npackages dnf\nspace 99999999 /var\n";

    @TempDir
    private Path programs;

    @Test
    void machineWithoutTarCannotBeUsed() {
        assertThat(new MachineFacts(GOOD, false, 0).errors()).isEmpty();
        assertThat(new MachineFacts(GOOD + "tar missing\n", false, 0).errors())
                .containsExactly(
                        "tar is missing, and files cannot be copied without it: install it there (package tar)");
    }

    @Test
    void thisHostNeedsNoTar() {
        assertThat(new MachineFacts(GOOD + "tar missing\n", true, 0).errors()).isEmpty();
    }

    @Test
    void probeReportsMissingTar() throws Exception {
        assertThat(probe()).contains("tar missing\n");
        Path tar = Files.writeString(programs.resolve("tar"), "#!/bin/sh\n");
        assertThat(tar.toFile().setExecutable(true)).isTrue();
        assertThat(probe()).doesNotContain("tar missing");
    }

    /** Runs the probe where only the programs of this test are found. */
    private String probe() throws IOException, InterruptedException {
        try (InputStream script = MachineFacts.class.getResourceAsStream("probe.sh")) {
            assertThat(script).isNotNull();
            ProcessBuilder builder =
                    new ProcessBuilder("/bin/sh", "-c", new String(script.readAllBytes(), StandardCharsets.UTF_8));
            builder.environment().put("PATH", programs.toString());
            Process process = builder.redirectErrorStream(true).start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).isZero();
            return out;
        }
    }
}
