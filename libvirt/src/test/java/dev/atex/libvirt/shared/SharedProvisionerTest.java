package dev.atex.libvirt.shared;

import dev.atex.lease.LeaseLog;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("slow")
class SharedProvisionerTest extends ProvisionerContract {
    private static StandInHost host;

    @BeforeAll
    static void up() throws Exception {
        host = StandInHost.up(2);
    }

    @AfterAll
    static void down() throws Exception {
        if (host != null) {
            host.close();
        }
    }

    @Override
    protected Provisioner createWithTwo() throws Exception {
        return host.host(LeaseLog.unrecorded(), "max=2").provisioner();
    }
}
