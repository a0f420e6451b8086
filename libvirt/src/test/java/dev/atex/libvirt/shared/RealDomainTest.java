package dev.atex.libvirt.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.internal.files.Trees;
import dev.atex.lease.LeaseLog;
import dev.atex.libvirt.MachinesAlone;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A real domain of the libvirt of {@code tools/testbed/libvirt}, lent by the stand-in of the helper. */
@Tag("slow")
@Timeout(900)
@ExtendWith(MachinesAlone.class)
class RealDomainTest {
    private static final String DOMAIN = "shared-by-test";

    private final Map<String, String> bed = new TreeMap<>();
    private Path directory;

    private static Path tool(String name) {
        Path here = Path.of("").toAbsolutePath();
        return (Files.exists(here.resolve("atex")) ? here : here.getParent())
                .resolve("tools/testbed")
                .resolve(name);
    }

    @BeforeEach
    void define() throws Exception {
        directory = Files.createTempDirectory("atex-shvirt-");
        Path errors = directory.resolve("errors");
        Process script = new ProcessBuilder(tool("libvirt").toString())
                .redirectError(errors.toFile())
                .start();
        String settings = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assumeTrue(script.waitFor() == 0, () -> {
            try {
                return Files.readString(errors);
            } catch (IOException e) {
                return e.toString();
            }
        });
        settings.lines().forEach(line -> bed.put(line.split("=")[0], line.split("'")[1]));
        removeDomain();
        String pool = bed.get("ATEX_TEST_POOL");
        virsh("vol-create-as", pool, DOMAIN + ".raw", "1M", "--format", "raw");
        int port = StandInHost.freePort();
        String xml = Files.readString(Path.of(bed.get("ATEX_TEST_XML")))
                .replace(
                        "<domain type='qemu'>",
                        "<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>")
                .replace("<name>tiny</name>", "<name>" + DOMAIN + "</name>")
                .replace("volume='tiny.raw'", "volume='" + DOMAIN + ".raw'")
                .replace("</domain>", """
                        <qemu:commandline>
                          <qemu:arg value='-netdev'/>
                          <qemu:arg value='user,id=n0,hostfwd=tcp:127.0.0.1:%d-:22'/>
                          <qemu:arg value='-device'/><qemu:arg value='virtio-net-pci,netdev=n0,addr=0x10,romfile='/>
                        </qemu:commandline>
                        </domain>
                        """.formatted(port));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        virsh("define", Files.writeString(directory.resolve("domain.xml"), xml).toString());
    }

    @AfterEach
    void remove() throws Exception {
        if (bed.containsKey("ATEX_TEST_VIRSH")) {
            removeDomain();
        }
        Trees.delete(directory);
    }

    /** That of an earlier test that was killed may be there. */
    private void removeDomain() throws Exception {
        callVirsh("destroy", DOMAIN);
        callVirsh("undefine", DOMAIN);
        callVirsh("vol-delete", "--pool", bed.get("ATEX_TEST_POOL"), DOMAIN + ".raw");
    }

    /** Returns the exit code and the output. */
    private String callVirsh(String... args) throws Exception {
        List<String> argv = new ArrayList<>(List.of(bed.get("ATEX_TEST_VIRSH"), "-q", "-c", "qemu:///session"));
        argv.addAll(List.of(args));
        Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return process.exitValue() + " " + output.strip();
    }

    private void virsh(String... args) throws Exception {
        assertThat(callVirsh(args)).as(String.join(" ", args)).startsWith("0 ");
    }

    @Test
    void copyOfImageBootsAndIsStopped() throws Exception {
        Path state = Files.createDirectory(directory.resolve("state"));
        ProvisionerSpec spec = SharedSettings.absolute(ProvisionerSpec.parse("shvirt,image=tiny.raw,boot-wait=10m,pool="
                + bed.get("ATEX_TEST_POOL") + ",filter=" + DOMAIN + ",identity=" + bed.get("ATEX_TEST_KEY")
                + ",helper=env;ATEX_HELPER_STATE=" + state + ";ATEX_HELPER_VIRSH=" + bed.get("ATEX_TEST_VIRSH") + ";"
                + tool("shvirt/atex-virt-helper") + ";qemu:///session"));
        SharedHost host = new SharedHost(
                spec, SharedSettings.of(spec), StandInHost.FAST, new ProvisionerContext("test", LeaseLog.unrecorded()));
        host.start();
        try (SharedReservation one = new SharedReservation("one", host)) {
            Connection connection = one.reserve();
            assertThat(connection.run(Command.of("hostname"), soon()).stdoutText())
                    .isEqualTo("atex-tiny\n");
            assertThat(callVirsh("domstate", DOMAIN)).isEqualTo("0 running");
            assertThat(callVirsh("metadata", DOMAIN, LeaseMark.NAMESPACE, "--config"))
                    .contains("run=\"test\"");
        }
        assertThat(callVirsh("domstate", DOMAIN)).isEqualTo("0 shut off");
        assertThat(callVirsh("metadata", DOMAIN, LeaseMark.NAMESPACE, "--config"))
                .startsWith("1 ");
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(5));
    }
}
