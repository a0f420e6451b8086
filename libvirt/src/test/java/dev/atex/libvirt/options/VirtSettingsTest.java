package dev.atex.libvirt.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionerSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VirtSettingsTest {
    @TempDir
    private Path directory;

    private static VirtSettings of(String text) throws InvalidOptionException {
        return VirtSettings.of(ProvisionerSpec.parse(text));
    }

    @Test
    void imageAloneHasDefaults() throws Exception {
        VirtSettings settings = of("virt,image=fedora-42.qcow2");
        assertThat(settings.template().image()).contains("fedora-42.qcow2");
        assertThat(settings.host())
                .isEqualTo(new VirtSettings.Host("virsh", Optional.empty(), "default", Optional.empty()));
        assertThat(settings.login())
                .isEqualTo(new VirtSettings.Login("root", Optional.empty(), VirtSettings.Inject.SMBIOS, false));
        assertThat(settings.max()).isEqualTo(1);
        assertThat(settings.anchor()).isTrue();
        assertThat(settings.lifetime()).isEqualTo(Duration.ofDays(7));
        assertThat(settings.bootWait()).isEmpty();
    }

    @Test
    void sizesHaveUnits() throws Exception {
        VirtSettings.Hardware hardware =
                of("virt,image=x,memory=2G,cpus=3,disk=20 GiB").hardware();
        assertThat(hardware.memoryMib()).contains(2048);
        assertThat(hardware.processors()).contains(3);
        assertThat(hardware.disk()).isEqualTo(20L << 30);
        assertThat(of("virt,image=x,memory=512").hardware().memoryMib()).contains(512);
    }

    @Test
    void givenKeyIsInTheImage() throws Exception {
        Path key = Files.writeString(directory.resolve("key"), "");
        VirtSettings.Login login = of("virt,image=x,identity=" + key).login();
        assertThat(login).isEqualTo(new VirtSettings.Login("root", Optional.of(key), VirtSettings.Inject.NONE, true));
    }

    @Test
    void resetImpliesWarmMachines() throws Exception {
        VirtSettings usual = of("virt,image=x");
        assertThat(usual.warm()).isFalse();
        assertThat(usual.reset()).isFalse();
        assertThat(of("virt,image=x,warm=true").reset()).isFalse();
        VirtSettings reset = of("virt,image=x,reset=snapshot");
        assertThat(reset.warm()).isTrue();
        assertThat(reset.reset()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "warm=true,network=default | have the same addresses",
                "reset=snapshot,network=default | have the same addresses",
                "reset=snapshot,warm=false | warm=false forbids that",
                "reset=always | must be none or snapshot, not 'always'",
                "warm=maybe | 'warm'"
            })
    void impossibleRestoresAreRefused(String options, String reason) {
        assertThatThrownBy(() -> of("virt,image=x," + options))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void pathsBecomeAbsolute() throws Exception {
        ProvisionerSpec spec = VirtSettings.absolute(ProvisionerSpec.parse("virt,image=a/b.raw,pool=p,xml=d.xml"));
        assertThat(spec.text("image"))
                .contains(Path.of("a/b.raw").toAbsolutePath().toString());
        assertThat(spec.text("xml")).contains(Path.of("d.xml").toAbsolutePath().toString());
        assertThat(VirtSettings.absolute(ProvisionerSpec.parse("virt,image=name"))
                        .text("image"))
                .contains("name");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "virt | needs an image or a domain",
                "virt,image=x,origin=y | leave out 'image' and 'xml'",
                "virt,image=-x | option 'image' must be a name",
                "virt,image=x,pool=a;b | option 'pool' must be a name",
                "virt,origin=x,firmware=uefi | option 'firmware' cannot change a description",
                "virt,image=x,firmware=coreboot | must be bios or uefi, not 'coreboot'",
                "virt,image=x,accel=hvf | must be auto, kvm or tcg",
                "virt,image=x,memory=lots | must be a size like 2G or 512M",
                "virt,image=x,memory=0 | must be a size like 2G or 512M",
                "virt,image=x,inject=none | set its private key with the option 'identity'",
                "virt,image=x,user=fedora | inject=smbios is for root only",
                "virt,image=x,inject=floppy | must be smbios or none",
                "virt,image=x,host-keys=any | must be image or machine",
                "virt,image=x,lifetime=0s | must be more than 0s and at most 365d",
                "virt,xml=/nowhere/x.xml | cannot read the file /nowhere/x.xml",
                "virt,image=x,max=0 | option 'max'"
            })
    void wrongOptionsAreNamed(String spec, String reason) {
        assertThatThrownBy(() -> of(spec))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining(reason);
    }
}
