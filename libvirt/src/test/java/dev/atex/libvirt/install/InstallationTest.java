package dev.atex.libvirt.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InstallationTest {
    private static final String URL = "http://h/os/";

    private static Installation installation(Installation.Firmware firmware, String arch) {
        return new Installation(
                "installing-x",
                true,
                URL,
                "vol=default/x-temp",
                "ks.cfg",
                4096,
                2,
                firmware,
                Optional.of(arch).filter(text -> !text.isEmpty()),
                Optional.of("passt"));
    }

    private static String line(Installation.Firmware firmware, String arch) throws InstallException {
        return String.join(" ", installation(firmware, arch).arguments());
    }

    @Test
    void nativeMachineHasUefiWithoutSecureBoot() throws Exception {
        assertThat(installation(Installation.Firmware.UEFI, "").arguments())
                .isEqualTo(List.of(
                        "--transient",
                        "--name",
                        "installing-x",
                        "--memory",
                        "4096",
                        "--vcpus",
                        "2",
                        "--disk",
                        "vol=default/x-temp",
                        "--network",
                        "passt",
                        "--graphics",
                        "none",
                        "--autoconsole",
                        "text",
                        "--location",
                        URL,
                        "--initrd-inject",
                        "ks.cfg",
                        "--machine",
                        "q35",
                        "--features",
                        "smm.state=on",
                        "--boot",
                        "firmware=efi,firmware.feature0.name=secure-boot,firmware.feature0.enabled=no,"
                                + "firmware.feature1.name=enrolled-keys,firmware.feature1.enabled=no",
                        "--cpu",
                        "host-passthrough",
                        "--extra-args",
                        "inst.ks=file:/ks.cfg inst.repo=http://h/os/ console=ttyS0",
                        "--noreboot"));
    }

    @Test
    void firmwareIsSelected() throws Exception {
        assertThat(line(Installation.Firmware.BIOS, ""))
                .contains("--machine pc")
                .doesNotContain("--boot");
        assertThat(line(Installation.Firmware.SECURE_BOOT, ""))
                .contains("firmware.feature0.enabled=yes", "firmware.feature1.enabled=yes");
    }

    @Test
    void emulatedMachineHasItsConsoleAndPatience() throws Exception {
        assertThat(line(Installation.Firmware.UEFI, "aarch64"))
                .contains("--virt-type qemu --arch aarch64 --cpu cortex-a53", "console=ttyAMA0", "inst.notmux")
                .contains("systemd.default_timeout_start_sec=3600")
                .doesNotContain("host-passthrough");
        assertThat(line(Installation.Firmware.UEFI, "ppc64le")).contains("console=hvc0");
        assertThat(line(Installation.Firmware.UEFI, "s390x")).contains("console=ttysclp0", "--events on_crash=restart");
        assertThat(line(Installation.Firmware.UEFI, "x86_64")).contains("console=ttyS0", "--machine q35");
        assertThatThrownBy(() -> line(Installation.Firmware.UEFI, "vax"))
                .isInstanceOf(InstallException.class)
                .hasMessageContaining("x86_64, aarch64, ppc64le or s390x");
    }
}
