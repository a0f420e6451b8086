package dev.atex.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.LeaseState;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.Provisioner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Hosts that lack something: one clear error before anything is created. */
@Tag("slow")
@Timeout(300)
@ExtendWith(MachinesAlone.class)
class BadHostTest {
    @TempDir
    private Path directory;

    private final Leases leases = new Leases();

    private static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(2));
    }

    private void assertRefused(String spec, String... reasons) throws Exception {
        try (Provisioner provisioner = leases.provisioner(spec)) {
            assertThatThrownBy(() -> provisioner.check(soon()))
                    .isInstanceOf(InvalidOptionException.class)
                    .message()
                    .contains(reasons)
                    .doesNotContain("Exception");
        }
        try (Provisioner provisioner = leases.provisioner(spec)) {
            assertThatThrownBy(provisioner::start)
                    .isInstanceOfSatisfying(
                            ProvisionException.class,
                            e -> assertThat(e.extent()).isEqualTo(ProvisionException.Extent.PROVISIONER))
                    .message()
                    .contains(reasons);
        }
        assertThat(leases.machines()).isEmpty();
    }

    @Test
    void missingDaemon() throws Exception {
        assertRefused(
                "virt,image=x,uri=qemu:///system?socket=" + directory.resolve("none"),
                "Failed to connect socket to '" + directory.resolve("none"),
                "Start libvirtd, or set another connection with the option 'uri'");
    }

    @Test
    void missingPool() throws Exception {
        assertRefused(
                Testbed.session().replace("pool=" + Testbed.pool(), "pool=nope") + ",image=x",
                "failed to get pool 'nope'",
                "'virsh pool-list --all' lists the pools");
    }

    @Test
    void missingImage() throws Exception {
        assertRefused(
                Testbed.session() + ",image=nope",
                "there is no volume 'nope' of pool 'atex' at qemu:///session",
                "'virsh vol-list POOL'");
    }

    @Test
    void missingImageFile() throws Exception {
        assertRefused(
                Testbed.session() + ",image=" + directory.resolve("none.qcow2"),
                "there is no file " + directory.resolve("none.qcow2"));
    }

    @Test
    void missingNetwork() throws Exception {
        assertRefused(Testbed.provision() + ",network=nope", "failed to get network 'nope'", "'virsh net-list --all'");
    }

    @Test
    void missingDomain() throws Exception {
        assertRefused(
                Testbed.session() + ",origin=nope",
                "failed to get domain 'nope'",
                "'virsh list --all' lists the domains");
    }

    @Test
    void descriptionThatIsNone() throws Exception {
        Path xml = Files.writeString(directory.resolve("d.xml"), "<pool/>");
        assertRefused(
                Testbed.session() + ",xml=" + xml,
                "the description " + xml + " cannot be the template of machines: not a <domain>, but a <pool>");
    }

    @Test
    void tooMuchMemory() throws Exception {
        try (Provisioner provisioner = leases.provisioner(Testbed.provision() + ",memory=1000G")) {
            provisioner.start();
            provisioner.provision(1);
            assertThatThrownBy(() -> provisioner.remote(soon()))
                    .isInstanceOf(ProvisionException.class)
                    .hasMessageContaining("Cannot allocate memory");
        }
        assertThat(leases.states()).containsOnly(LeaseState.GONE);
    }

    @Test
    void imageThatChangesDuringTheRun() throws Exception {
        Path image = Files.write(directory.resolve("image.raw"), new byte[1 << 20]);
        String spec = Testbed.session() + ",accel=tcg,image=" + image;
        try (Provisioner provisioner = leases.provisioner(spec)) {
            provisioner.start();
            Files.write(image, new byte[2 << 20]);
            provisioner.provision(1);
            assertThatThrownBy(() -> provisioner.remote(soon()))
                    .isInstanceOfSatisfying(
                            ProvisionException.class,
                            e -> assertThat(e.extent()).isEqualTo(ProvisionException.Extent.PROVISIONER))
                    .hasMessageContaining("has changed since the run started");
        }
        assertThat(leases.machines()).isEmpty();
    }
}
