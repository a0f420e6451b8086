package dev.atex.connection.ssh.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Compares with {@code ssh -G}, which prints the effective configuration. */
@Timeout(120)
@Tag("slow")
class OneKeyConfigTest {
    private static final String TARGET = "192.0.2.7";

    @TempDir
    private Path directory;

    private Path file(String name, String... lines) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, List.of(lines));
    }

    private Path copy(Path config) throws IOException {
        Path copies = Files.createDirectory(directory.resolve("copies"));
        return OneKeyConfig.write(Optional.of(config), TARGET, copies, directory);
    }

    private static List<String> meaning(Path config, String host) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/ssh")), "ssh is not installed");
        Process process = new ProcessBuilder("ssh", "-G", "-F", config.toString(), "-o", "IdentityFile=/given", host)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said.lines().toList();
    }

    private static List<String> keys(Path config, String host) throws Exception {
        return meaning(config, host).stream()
                .filter(line -> line.startsWith("identityfile") || line.startsWith("certificatefile"))
                .toList();
    }

    private static List<String> rest(Path config, String host) throws Exception {
        return meaning(config, host).stream()
                .filter(line -> !line.startsWith("identityfile") && !line.startsWith("certificatefile"))
                .toList();
    }

    private Path lab() throws IOException {
        file("conf.d/10-a.conf", "IdentityFile /key/of-a", "Host 192.*", "  User of-a", "  IdentityFile /key/of-b");
        file("conf.d/20-b.conf", "Host *", "  CertificateFile /key/cert", "  Compression yes");
        file("conf.d/.hidden.conf", "Port 99");
        file("deep/er/x.conf", "IdentityFile=/key/deep");
        return file(
                "config",
                "# a comment with \"one quote",
                "Include " + directory + "/conf.d/*.conf",
                "Host 192.0.2.* !192.0.2.9",
                "  IDENTITYFILE \"/key/with blank\"",
                "  Include " + directory + "/d*/er/x.conf " + directory + "/none/*",
                "  ProxyJump bastion",
                "Host bastion",
                "  IdentityFile /key/of-bastion",
                "  HostName 198.51.100.1",
                "Match host nowhere",
                "  IdentityFile /key/of-nowhere",
                "Host *",
                "  ServerAliveInterval 7",
                "  identityfile /key/of-all");
    }

    @Test
    void hostHasOnlyGivenKeyAndKeepsOtherValues() throws Exception {
        Path config = lab();
        assertThat(keys(config, TARGET))
                .as("what is to be left out")
                .contains("identityfile /key/of-a", "identityfile /key/deep", "identityfile /key/of-all");
        Path copy = copy(config);
        assertThat(keys(copy, TARGET)).containsExactly("identityfile /given");
        assertThat(rest(copy, TARGET))
                .isEqualTo(rest(config, TARGET))
                .contains("user of-a", "compression yes", "serveraliveinterval 7", "port 22");
    }

    @Test
    void otherHostsKeepTheirKeys() throws Exception {
        Path config = lab();
        Path copy = copy(config);
        for (String host : List.of("bastion", "192.0.2.8", "192.0.2.9", "nowhere", "elsewhere")) {
            assertThat(meaning(copy, host)).as(host).isEqualTo(meaning(config, host));
        }
        assertThat(keys(copy, "bastion")).contains("identityfile /key/of-bastion", "identityfile /key/of-all");
    }

    @Test
    void configurationWithoutKeysNeedsNoCopy() throws Exception {
        assertThat(OneKeyConfig.namesKeys(Optional.of(lab()))).isTrue();
        assertThat(OneKeyConfig.namesKeys(Optional.of(directory.resolve("deep/er/x.conf"))))
                .isTrue();
        Path without = file("without", "Host *", "  User me", "# IdentityFile /x", "Include " + directory + "/none/*");
        assertThat(OneKeyConfig.namesKeys(Optional.of(without))).isFalse();
        Path including = file("including", "Include " + directory + "/conf.d/20*");
        assertThat(OneKeyConfig.namesKeys(Optional.of(including))).isTrue();
    }

    @Test
    void recursiveIncludeIsReported() throws Exception {
        Path loop = file("loop", "Include " + directory.resolve("loop"));
        assertThatThrownBy(() -> OneKeyConfig.namesKeys(Optional.of(loop)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("it may lead back to itself");
        assertThatThrownBy(() -> copy(loop)).isInstanceOf(IOException.class);
    }
}
