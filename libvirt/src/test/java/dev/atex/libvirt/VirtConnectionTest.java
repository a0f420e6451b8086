package dev.atex.libvirt;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionContract;
import dev.atex.connection.ssh.SshConnection;
import dev.atex.connection.ssh.config.HostKeyPolicy;
import dev.atex.connection.ssh.config.SshOptions;
import dev.atex.provisioner.Provisioner;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The connection to a machine that is booted once. */
@Tag("slow")
@ExtendWith(MachinesAlone.class)
class VirtConnectionTest extends ConnectionContract {
    private static Leases leases;
    private static Provisioner provisioner;

    @BeforeAll
    static void boot() throws Exception {
        leases = new Leases();
        provisioner = leases.provisioner(Testbed.provision());
        provisioner.start();
        provisioner.provision(1);
        provisioner.remote(Deadline.never()).orElseThrow();
    }

    @AfterAll
    static void release() throws Exception {
        if (provisioner != null) {
            provisioner.close();
        }
    }

    @Override
    protected Connection create() {
        SshOptions options = SshOptions.defaults()
                .withPort(Integer.parseInt(leases.machine().locator("port")))
                .withIdentity(Testbed.key())
                .withIdentitiesOnly()
                .withHostKeys(HostKeyPolicy.OFF);
        return new MachineConnection(new SshConnection("root@127.0.0.1", options), "machine");
    }

    @Override
    protected String newRemoteDirectory() {
        return "/tmp/" + UUID.randomUUID();
    }
}
