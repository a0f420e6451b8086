package dev.atex.libvirt.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.libvirt.install.Installation;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("slow")
@Timeout(300)
class ImageInstallationTest {
    private final List<String> notices = new ArrayList<>();
    private final ByteArrayOutputStream console = new ByteArrayOutputStream();
    private StandInHost host;

    @BeforeEach
    void up() throws Exception {
        host = StandInHost.up(1);
    }

    @AfterEach
    void down() throws Exception {
        if (host != null) {
            host.close();
        }
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(2));
    }

    private Path pool(String name) {
        return host.directory().resolve("pool").resolve(name);
    }

    private void virtInstall(String script) throws Exception {
        Path program = host.directory().resolve("virt-install");
        Files.writeString(program, "#!/bin/sh\npool=" + pool("") + "\n" + script + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }

    private ImageInstallation installation(Optional<String> reserve, boolean replaces) {
        Installation template = new Installation(
                "x",
                true,
                "http://h/os/",
                "",
                "ks.cfg",
                4096,
                2,
                Installation.Firmware.UEFI,
                Optional.empty(),
                Optional.empty());
        return new ImageInstallation(
                host.address(),
                "alice",
                "new.img",
                "default",
                "raw",
                1 << 20,
                "the kickstart\n",
                template,
                reserve,
                replaces);
    }

    private void run(ImageInstallation installation) throws Exception {
        installation.run(console, notices::add, soon());
    }

    @Test
    void installedVolumeBecomesImage() throws Exception {
        virtInstall("echo \"$@\"; cat ks.cfg > $pool/new.img-temp");
        run(installation(Optional.empty(), false));
        assertThat(pool("new.img")).hasContent("the kickstart\n");
        assertThat(pool("new.img-temp")).doesNotExist();
        assertThat(console.toString(StandardCharsets.UTF_8))
                .contains("--transient --name installing-new.img", "--disk vol=default/new.img-temp,discard=unmap");
    }

    @Test
    void failedInstallationLeavesNeitherVolumeNorImage() throws Exception {
        virtInstall("echo no space; exit 3");
        assertThatThrownBy(() -> run(installation(Optional.empty(), false)))
                .isInstanceOf(HelperRefusedException.class)
                .hasMessageContaining("virt-install exited with 3");
        assertThat(pool("new.img-temp")).doesNotExist();
        assertThat(pool("new.img")).doesNotExist();
        assertThat(notices).isEmpty();
    }

    @Test
    void interruptedInstallationIsEndedAndRemoved() throws Exception {
        virtInstall("touch $pool/begun; exec sleep 300");
        try (TaskScope scope = TaskScope.open("test")) {
            var installing = scope.run("install", () -> run(installation(Optional.empty(), false)));
            while (!Files.exists(pool("begun"))) {
                Thread.sleep(20);
            }
            installing.interrupt();
            assertThat(installing.awaitEnd(soon())).isTrue();
        }
        assertThat(pool("new.img-temp")).doesNotExist();
        assertThat(notices).isEmpty();
    }

    @Test
    void imageThatIsBeingInstalledIsLeftAlone() throws Exception {
        virtInstall("exit 9");
        Files.writeString(pool("new.img-temp"), "of bob");
        assertThatThrownBy(() -> run(installation(Optional.empty(), false)))
                .isInstanceOf(HelperRefusedException.class)
                .hasMessageContaining("another user is about to install 'new.img'");
        assertThat(pool("new.img-temp")).hasContent("of bob");
        host.define("installing-new.img", StandInHost.freePort(), "127.0.0.1", "");
        assertThatThrownBy(() -> run(installation(Optional.empty(), true)))
                .isInstanceOf(HelperRefusedException.class)
                .hasMessageContaining("is being installed by another user now");
        assertThat(pool("new.img-temp")).hasContent("of bob");
    }

    @Test
    void leftVolumeIsReplacedOnRequest() throws Exception {
        virtInstall("true");
        Files.writeString(pool("new.img-temp"), "of a killed installation");
        run(installation(Optional.empty(), true));
        assertThat(pool("new.img")).hasSize(1 << 20);
    }

    @Test
    void domainIsReservedAndShutOffForItsMemory() throws Exception {
        host.virsh("start", "vm1");
        virtInstall("STANDIN_VIRSH=" + host.directory() + " true");
        run(installation(Optional.of(".*"), false));
        assertThat(host.running()).isEmpty();
        assertThat(notices).containsExactly("reserved domain 'vm1', and shut it off");
    }
}
