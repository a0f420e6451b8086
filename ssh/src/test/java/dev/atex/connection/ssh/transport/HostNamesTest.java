package dev.atex.connection.ssh.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.ssh.config.SshConfig;
import dev.atex.connection.ssh.config.SshOptions;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostNamesTest {
    private static InetAddress address(String name, Duration time) throws Exception {
        return HostNames.address(new SshConfig(SshOptions.defaults()).resolve("host"), name, Deadline.after(time));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "192.0.2.7", "::1", "2001:db8::7"})
    void addressNeedsNoResolver(String name) throws Exception {
        assertThat(address(name, Duration.ZERO)).isEqualTo(InetAddress.getByName(name));
    }

    @Test
    void nameIsResolved() throws Exception {
        assertThat(address("localhost", Duration.ofSeconds(30)).isLoopbackAddress())
                .isTrue();
        assertThat(address("[::1]", Duration.ofSeconds(30))).isEqualTo(InetAddress.getByName("::1"));
        assertThatThrownBy(() -> address("no-such-host.invalid", Duration.ofSeconds(60)))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("no-such-host.invalid");
    }
}
