package dev.atex.connection.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostNamesTest {
    /** Nobody can have answered in no time. */
    private static InetAddress address(String name) throws Exception {
        SshHost host = new SshConfig(SshOptions.defaults()).resolve("host");
        return HostNames.address(host, name, Deadline.after(Duration.ZERO));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "2001:db8::7"})
    void addressesNeedNoResolver(String literal) throws Exception {
        assertThat(address(literal)).isEqualTo(InetAddress.ofLiteral(literal));
    }

    @Test
    void namesDo() {
        assertThatThrownBy(() -> address("name.invalid")).isInstanceOf(ConnectionException.class);
    }
}
