package dev.atex.testingfarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.connection.ssh.KeyFiles;
import dev.atex.lease.LeaseLog;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.testingfarm.options.FarmSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The option {@code ca}. */
@Timeout(120)
@Tag("slow")
class TrustOptionTest {
    @TempDir
    private Path directory;

    @Test
    void authorityOfOptionIsTrustedAndInLedger() throws Exception {
        try (StandIn service = StandIn.start("--tls")) {
            Path key = directory.resolve("key");
            KeyFiles.generate(key);
            ProvisionerSpec spec = ProvisionerSpec.parse(
                    "testingfarm,compose=Fedora-42,url=" + service.url() + "/v0.1,ca=" + service.ca() + ",key=" + key);
            RentedMachines machines = new RentedMachines(
                    FarmSettings.of(spec),
                    TestingFarmProvisionerFactory.endpoints(spec, StandIn.ENVIRONMENT),
                    new ProvisionerContext("run", LeaseLog.unrecorded()));
            machines.start();
            try {
                assertThat(machines.locator(machines.ranch(machines.choice(0))))
                        .containsEntry("ca", service.ca().toString())
                        .containsEntry("url", service.url());
            } finally {
                machines.stop();
            }
        }
    }

    @Test
    void fileWithoutCertificatesIsRefused() throws Exception {
        Path empty = Files.writeString(directory.resolve("empty"), "nothing");
        for (Path file : new Path[] {empty, directory.resolve("none")}) {
            ProvisionerSpec spec = ProvisionerSpec.parse("testingfarm,compose=Fedora-42,ca=" + file);
            assertThatThrownBy(() -> TestingFarmProvisionerFactory.endpoints(spec, StandIn.ENVIRONMENT))
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("option 'ca'")
                    .hasMessageContaining(file.toString());
        }
        assertThat(new TestingFarmProvisionerFactory().options())
                .anyMatch(option -> option.name().equals("ca"));
    }
}
