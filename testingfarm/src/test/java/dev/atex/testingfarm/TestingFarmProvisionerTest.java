package dev.atex.testingfarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.lease.LeaseLog;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerContract;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.testingfarm.options.FarmSettings;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("slow")
class TestingFarmProvisionerTest extends ProvisionerContract {
    private static Farm farm;

    @BeforeAll
    static void up() throws Exception {
        farm = Farm.up(2).withKey();
    }

    @AfterAll
    static void down() throws Exception {
        if (farm != null) {
            farm.close();
        }
    }

    @Override
    protected Provisioner createWithTwo() throws Exception {
        ProvisionerSpec spec = ProvisionerSpec.parse(
                "testingfarm,compose=Fedora-42,max=2,poll=200ms,retry-pause=20ms,settle=500ms,key=" + farm.key());
        return new TestingFarmProvisioner(
                FarmSettings.of(spec),
                farm.service().endpoints(),
                new ProvisionerContext("test", LeaseLog.unrecorded()));
    }

    @AfterEach
    void connectionsAreFew() throws IOException, InterruptedException {
        assertThat(farm.service().count("connections")).isLessThanOrEqualTo(10);
    }
}
