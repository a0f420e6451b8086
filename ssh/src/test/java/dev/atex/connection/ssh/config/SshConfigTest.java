package dev.atex.connection.ssh.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.ssh.SshConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class SshConfigTest {
    @TempDir
    Path home;

    @BeforeEach
    void makeDirectory() throws Exception {
        Files.createDirectory(home.resolve(".ssh"));
    }

    private SshHost resolve(String name, String... lines) throws Exception {
        Files.write(home.resolve(".ssh/config"), List.of(lines));
        return new SshConfig(SshOptions.defaults(), home, "me", Map.of("SSH_AUTH_SOCK", "/agent")).resolve(name);
    }

    @Test
    void missingFilesMeanDefaults() throws Exception {
        SshHost host = resolve("example");
        assertThat(host.hostName()).isEqualTo("example");
        assertThat(host.port()).isEqualTo(22);
        assertThat(host.user()).isEqualTo("me");
        assertThat(host.agent()).hasValue("/agent");
        assertThat(host.hostKeys()).isEqualTo(HostKeyPolicy.STRICT);
        assertThat(host.identities()).contains(home.resolve(".ssh/id_ed25519"));
        assertThat(host.knownHosts()).first().isEqualTo(home.resolve(".ssh/known_hosts"));
    }

    @Test
    void firstValueWins() throws Exception {
        SshHost host = resolve(
                "web1",
                "Host web* !web2",
                "  User first",
                "  Port=2200",
                "HOST *",
                "  user second",
                "  HostName = %h.example.org",
                "  IdentityFile ~/a",
                "  IdentityFile \"%d/b c\"");
        assertThat(host.user()).isEqualTo("first");
        assertThat(host.port()).isEqualTo(2200);
        assertThat(host.hostName()).isEqualTo("web1.example.org");
        assertThat(host.identities()).containsExactly(home.resolve("a"), home.resolve("b c"));
        assertThat(resolve("web2", "Host web* !web2", "  User first").user()).isEqualTo("me");
    }

    @Test
    void nameAndOptionsOverrideFile() throws Exception {
        SshHost host = resolve("other@web:33", "Host web", "  User first", "  Port 22");
        assertThat(host.user()).isEqualTo("other");
        assertThat(host.port()).isEqualTo(33);
        assertThat(resolve("[::1]:44").hostName()).isEqualTo("::1");
        assertThat(resolve("fe80::1").port()).isEqualTo(22);
    }

    @Test
    void matchBlocksApply() throws Exception {
        String[] lines = {
            "Host a",
            "  HostName real.example.org",
            "Match host *.example.org user me",
            "  Port 1",
            "Match originalhost b !localuser me",
            "  Port 2",
            "Match originalhost c,d",
            "  Port 3",
            "Match all",
            "  ProxyJump x@jump:1,other"
        };
        assertThat(resolve("a", lines).port()).isEqualTo(1);
        assertThat(resolve("b", lines).port()).isEqualTo(22);
        assertThat(resolve("d", lines).port()).isEqualTo(3);
        assertThat(resolve("a", lines).jumps()).containsExactly("x@jump:1", "other");
    }

    @Test
    void matchExecIsRefusedOnlyWhereItApplies() throws Exception {
        String[] lines = {"Match originalhost a exec \"true\"", "  Port 1"};
        assertThat(resolve("b", lines).port()).isEqualTo(22);
        assertThatThrownBy(() -> resolve("a", lines))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("config:1")
                .hasMessageContaining("transport=openssh");
    }

    @Test
    void includedFilesAreRead() throws Exception {
        Files.createDirectory(home.resolve(".ssh/config.d"));
        Files.writeString(home.resolve(".ssh/config.d/one.conf"), "Host a\n  Port 7\n");
        Files.writeString(home.resolve(".ssh/config.d/other"), "Host a\n  Port 8\n");
        assertThat(resolve("a", "Include config.d/*.conf", "Host a", "  Port 9").port())
                .isEqualTo(7);
    }

    @Test
    void includeIsRelativeToUsersDirectoryInAnyFile() throws Exception {
        Files.writeString(home.resolve(".ssh/more"), "Host a\n  Port 7\n");
        Files.writeString(home.resolve("more"), "Host a\n  Port 8\n");
        Path other = Files.writeString(home.resolve("config"), "Include more\n");
        SshOptions options = SshOptions.defaults().withConfig(other);
        assertThat(new SshConfig(options, home, "me", Map.of()).resolve("a").port())
                .isEqualTo(7);
    }

    @Test
    void recursiveIncludeIsReported() {
        assertThatThrownBy(() -> resolve("a", "Include config"))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("Include");
    }

    @Test
    void recursiveProxyJumpIsReported() throws Exception {
        Path config = Files.writeString(home.resolve("config"), "Host *\n  ProxyJump bastion\n");
        SshConnection connection = new SshConnection("a", SshOptions.defaults().withConfig(config));
        assertThatThrownBy(() -> connection.connect(Deadline.after(Duration.ofSeconds(60))))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("ProxyJump leads over 'bastion' again and again");
    }

    @Test
    void proxyCommandIsRefusedWithAdvice() throws Exception {
        Path config = Files.writeString(home.resolve("config"), "Host a\n  ProxyCommand nc %h %p\n");
        SshConnection connection = new SshConnection("a", SshOptions.defaults().withConfig(config));
        assertThatThrownBy(() -> connection.connect(Deadline.after(Duration.ofSeconds(60))))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("transport=openssh");
    }

    @Test
    void firstOfProxyJumpAndProxyCommandWins() throws Exception {
        SshHost jumps = resolve("a", "Host a", "  ProxyJump b", "Host *", "  ProxyCommand nc %h %p");
        assertThat(jumps.jumps()).containsExactly("b");
        assertThat(jumps.proxyCommand()).isEmpty();
        SshHost direct = resolve("a", "ProxyCommand none", "ProxyJump b");
        assertThat(direct.jumps()).isEmpty();
        assertThat(direct.proxyCommand()).isEmpty();
    }

    @Test
    void proxyJumpOfOptionsReplacesThatOfConfiguration() throws Exception {
        Path config =
                Files.writeString(home.resolve("config"), "Host a\n  ProxyJump b\nHost c\n  ProxyCommand nc %h %p\n");
        SshOptions options = SshOptions.defaults().withConfig(config).withHostKeys(HostKeyPolicy.OFF);
        SshOptions jumping = options.withProxyJump("d,e@f:7");
        assertThat(new SshConfig(jumping).resolve("a").jumps()).containsExactly("d", "e@f:7");
        assertThat(new SshConfig(jumping).resolve("c").proxyCommand()).isEmpty();
        assertThat(new SshConfig(options.withProxyJump("none")).resolve("a").jumps())
                .isEmpty();
        assertThat(jumping.withoutTarget().hostKeys()).isEmpty();
        assertThat(options.withoutTarget().hostKeys()).contains(HostKeyPolicy.OFF);
    }

    /** As in the configuration of Fedora. */
    @Test
    void matchFinalIsReadLast() throws Exception {
        String[] lines = {
            "Match final all",
            "  User late",
            "  Port 2222",
            "Match !final host a",
            "  HostName early",
            "Host a",
            "  User me",
            "  IdentityFile ~/k",
            "Match canonical",
            "  HostKeyAlias again"
        };
        SshHost host = resolve("a", lines);
        assertThat(host.user()).isEqualTo("me");
        assertThat(host.port()).isEqualTo(2222);
        assertThat(host.hostName()).isEqualTo("early");
        assertThat(host.keyName()).isEqualTo("again");
        assertThat(host.identities()).containsExactly(home.resolve("k"));
        assertThat(resolve("b", lines).user()).isEqualTo("late");
        assertThat(resolve("b", "Match canonical", "  User late").user()).isEqualTo("me");
    }

    @Test
    void fileNameCanContainHostName() throws Exception {
        SshHost host =
                resolve("web", "HostName %h.example.org", "IdentityFile ~/keys/%h", "UserKnownHostsFile \"~/a b\" ~/c");
        assertThat(host.identities()).containsExactly(home.resolve("keys/web.example.org"));
        assertThat(host.knownHosts()).startsWith(home.resolve("a b"), home.resolve("c"));
    }

    @Test
    void commentCanBeInAnyEncoding() throws Exception {
        Files.write(
                home.resolve(".ssh/config"),
                "# Gr\u00fc\u00dfe\nHost a\n  Port 7\n".getBytes(StandardCharsets.ISO_8859_1));
        SshConfig config = new SshConfig(SshOptions.defaults(), home, "me", Map.of());
        assertThat(config.resolve("a").port()).isEqualTo(7);
    }

    @Test
    void optionsOfHostKeysAreRead() throws Exception {
        SshHost host = resolve(
                "a", "StrictHostKeyChecking accept-new", "HostKeyAlias b", "IdentityAgent none", "# comment", "");
        assertThat(host.hostKeys()).isEqualTo(HostKeyPolicy.ACCEPT_NEW);
        assertThat(host.keyName()).isEqualTo("b");
        assertThat(host.agent()).isEmpty();
    }

    @Test
    void errorsAreReported() {
        assertThatThrownBy(() -> resolve("a", "Host"))
                .hasMessageContaining("config:1")
                .hasMessageContaining("value");
        assertThatThrownBy(() -> resolve("a", "Port many")).hasMessageContaining("many");
        assertThatThrownBy(() -> resolve("a:port")).hasMessageContaining("port");
        assertThatThrownBy(() -> resolve("-oProxyCommand=x")).hasMessageContaining("not a host");
    }
}
