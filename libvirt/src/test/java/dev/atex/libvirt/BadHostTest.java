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
    void moreMemoryThanTheHostHas() throws Exception {
        assertRefused(
                Testbed.provision() + ",memory=1000G",
                "option 'memory' is 1024000 MiB, but the host of qemu:///session has only ");
    }

    @Test
    void descriptionWithMoreMemoryThanTheHostHas() throws Exception {
        Path xml = directory.resolve("big.xml");
        Files.writeString(xml, Files.readString(Testbed.xml()).replace("'MiB'>256<", "'GiB'>1000<"));
        try (Provisioner provisioner =
                leases.provisioner(Testbed.provision().replace(Testbed.xml().toString(), xml.toString()))) {
            provisioner.start();
            provisioner.provision(1);
            assertThatThrownBy(() -> provisioner.remote(soon()))
                    .isInstanceOf(ProvisionException.class)
                    .hasMessageContaining("Cannot allocate memory");
        }
        assertThat(leases.states()).containsOnly(LeaseState.GONE);
    }

    @Test
    void diskSmallerThanTheImage() throws Exception {
        assertRefused(
                Testbed.provision() + ",disk=100",
                "option 'disk' is 100 MiB, but the image (volume 'tiny.raw' of pool 'atex') has 1500 MiB");
    }

    @Test
    void fileThatIsNoImage() throws Exception {
        Path compressed = Files.write(directory.resolve("i.raw.xz"), new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0});
        assertRefused(Testbed.session() + ",image=" + compressed, "is compressed with xz: decompress it");
        Path other = Files.writeString(directory.resolve("i.qcow2"), "not an image");
        assertRefused(Testbed.session() + ",image=" + other, "is not a qcow2 file, although its name says so");
        Path empty = Files.createFile(directory.resolve("i.raw"));
        assertRefused(Testbed.session() + ",image=" + empty, "(file " + empty + ") is empty");
    }

    @Test
    void runningDomainAsOrigin() throws Exception {
        String name = "origin-" + java.util.UUID.randomUUID();
        String description = "<domain type='qemu'><name>" + name + "</name><memory unit='MiB'>32</memory>"
                + "<os><type arch='x86_64' machine='pc'>hvm</type></os>%s</domain>";
        Testbed.callWith(description.formatted(""), "create", "--paused", "/dev/stdin");
        try {
            assertRefused(
                    Testbed.session() + ",origin=" + name,
                    "domain '" + name + "' at qemu:///session is 'paused': it must be shut off");
        } finally {
            Testbed.call("destroy", name);
        }
        Testbed.callWith(
                description.formatted("<devices><hostdev mode='subsystem' type='usb'><source>"
                        + "<vendor id='0x1234'/><product id='0xbeef'/></source></hostdev></devices>"),
                "define",
                "/dev/stdin");
        try {
            assertRefused(
                    Testbed.session() + ",origin=" + name,
                    "domain '" + name + "' cannot be the template of machines: it has a <hostdev>");
        } finally {
            Testbed.call("undefine", name);
        }
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
