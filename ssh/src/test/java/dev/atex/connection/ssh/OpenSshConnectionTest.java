package dev.atex.connection.ssh;

import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionContract;
import dev.atex.connection.ssh.config.SshTransport;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The OpenSSH transport with a real sshd. */
@Tag("slow")
class OpenSshConnectionTest extends ConnectionContract {
    private static Hosts hosts;

    @BeforeAll
    static void up() throws Exception {
        hosts = Hosts.up(1);
    }

    @AfterAll
    static void down() throws Exception {
        if (hosts != null) {
            hosts.close();
        }
    }

    @Override
    protected Connection create() {
        return new SshConnection("sut1", hosts.options().withTransport(SshTransport.OPENSSH));
    }

    @Override
    protected String newRemoteDirectory() {
        return "/tmp/new-" + UUID.randomUUID();
    }
}
