package dev.atex.connection.ssh.openssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.connection.AnsibleAccess;
import dev.atex.connection.ssh.SshConnection;
import dev.atex.connection.ssh.config.HostKeyPolicy;
import dev.atex.connection.ssh.config.Secret;
import dev.atex.connection.ssh.config.SshOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The variables for Ansible, checked with the program {@code ssh}. */
@Tag("slow")
class AnsibleSshTest {
    @TempDir
    private Path directory;

    private static AnsibleAccess access(String host, SshOptions options) {
        return new SshConnection(host, options).ansible().orElseThrow();
    }

    /** Returns what {@code ssh -G} prints for the arguments and the host. */
    private static List<String> understood(AnsibleAccess access) throws Exception {
        Map<String, String> variables = access.variables();
        String line =
                "ssh -G " + variables.getOrDefault("ansible_ssh_common_args", "") + " " + variables.get("ansible_host");
        Process process =
                new ProcessBuilder("sh", "-c", line).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(text).isZero();
        return text.lines().toList();
    }

    @Test
    void plainHostNeedsNoArguments() {
        assertThat(access("host.example.com", SshOptions.defaults()).variables())
                .isEqualTo(Map.of("ansible_connection", "ssh", "ansible_host", "host.example.com"));
    }

    @Test
    void portUserKeyAndKnownHostsAreVariables() throws Exception {
        Path known = Files.writeString(directory.resolve("known_hosts"), "");
        Path key = Files.writeString(directory.resolve("it's a key"), "");
        AnsibleAccess access = access(
                "tester@host.example.com:2222",
                SshOptions.defaults()
                        .withIdentity(key)
                        .withIdentitiesOnly()
                        .withKnownHosts(known)
                        .withHostKeys(HostKeyPolicy.ACCEPT_NEW)
                        .withSudo("root"));
        assertThat(access.variables())
                .containsEntry("ansible_host", "host.example.com")
                .containsEntry("ansible_port", "2222")
                .containsEntry("ansible_user", "tester")
                .containsEntry("ansible_ssh_private_key_file", key.toString())
                .containsEntry("ansible_become", "true")
                .containsEntry("ansible_become_method", "sudo")
                .containsEntry("ansible_become_user", "root");
        assertThat(understood(access))
                .contains("stricthostkeychecking accept-new", "userknownhostsfile " + known, "identitiesonly yes");
    }

    @Test
    void jumpHostsAreInConfiguration() throws Exception {
        Path config = Files.writeString(directory.resolve("my config"), """
                Host machine
                  HostName 192.0.2.7
                  ProxyJump gate.example.com:2200
                  Port 2201
                """);
        AnsibleAccess access =
                access("machine", SshOptions.defaults().withConfig(config).withHostKeys(HostKeyPolicy.STRICT));
        assertThat(access.variables()).containsEntry("ansible_host", "machine").doesNotContainKey("ansible_port");
        assertThat(access.variables().get("ansible_ssh_common_args"))
                .as("not in quotes as a whole, which Ansible takes off")
                .startsWith("-F '");
        assertThat(understood(access)).contains("hostname 192.0.2.7", "port 2201", "proxyjump gate.example.com:2200");
    }

    @Test
    void passwordIsVariable() throws Exception {
        Path secret = Files.writeString(directory.resolve("secret"), "top secret\n");
        AnsibleAccess access = access("host", SshOptions.defaults().withPassword(new Secret.InFile(secret)));
        assertThat(access.variables()).containsEntry("ansible_password", "top secret");
    }
}
