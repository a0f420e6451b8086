package dev.atex.connection.ssh.mina;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.connection.ssh.config.HostKeyPolicy;
import dev.atex.connection.ssh.config.SshConfig;
import dev.atex.connection.ssh.config.SshOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class HostKeysTest {
    @TempDir
    private Path here;

    private static PublicKey key() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair().getPublic();
    }

    private HostKeys keys(HostKeyPolicy policy) throws Exception {
        SshOptions options =
                SshOptions.defaults().withKnownHosts(here.resolve("known")).withHostKeys(policy);
        return new HostKeys(new SshConfig(options, here, "me", Map.of()).resolve("host"));
    }

    private static String line(PublicKey key) {
        return "host " + PublicKeyEntry.toString(key);
    }

    @Test
    void revokedKeyIsRefused() throws Exception {
        PublicKey key = key();
        Files.write(here.resolve("known"), List.of(line(key), "@revoked " + line(key)));
        HostKeys keys = keys(HostKeyPolicy.STRICT);
        assertThat(keys.verify(key)).isFalse();
        assertThat(keys.problem().orElseThrow()).contains("revoked", "known");
    }

    @Test
    void newKeyIsOnItsOwnLineAfterUnfinishedLine() throws Exception {
        PublicKey other = key();
        Files.writeString(here.resolve("known"), "elsewhere " + PublicKeyEntry.toString(other));
        PublicKey key = key();
        assertThat(keys(HostKeyPolicy.ACCEPT_NEW).verify(key)).isTrue();
        assertThat(Files.readAllLines(here.resolve("known")))
                .containsExactly("elsewhere " + PublicKeyEntry.toString(other), line(key));
        assertThat(keys(HostKeyPolicy.STRICT).verify(key)).isTrue();
    }
}
