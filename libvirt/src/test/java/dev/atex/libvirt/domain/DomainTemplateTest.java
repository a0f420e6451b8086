package dev.atex.libvirt.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.libvirt.xml.Xml;
import dev.atex.libvirt.xml.XmlException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Element;

class DomainTemplateTest {
    private static final String ORIGIN = """
            <domain type='kvm' id='7'>
              <name>rhel9</name>
              <uuid>00000000-0000-0000-0000-000000000001</uuid>
              <memory unit='KiB'>4194304</memory><currentMemory unit='KiB'>2097152</currentMemory>
              <vcpu current='1'>4</vcpu>
              <os firmware='efi'><type arch='x86_64' machine='pc-q35-7.2'>hvm</type>
                <nvram template='/usr/share/VARS.fd'>/var/lib/libvirt/qemu/nvram/rhel9_VARS.fd</nvram></os>
              <cpu mode='host-passthrough'><topology sockets='1' cores='4' threads='1'/></cpu>
              <on_poweroff>restart</on_poweroff>
              <devices>
                <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/images/rhel9.qcow2'/>
                  <backingStore/><target dev='vda' bus='virtio'/></disk>
                <disk type='volume' device='disk'><driver name='qemu' type='raw'/><source pool='p' volume='data'/>
                  <target dev='vdb' bus='virtio'/></disk>
                <disk type='file' device='cdrom'><source file='/images/dvd.iso'/><target dev='sda'/><readonly/></disk>
                <interface type='network'><mac address='52:54:00:00:00:01'/><source network='default'/></interface>
                <serial type='pty'/><console type='pty'/>
              </devices>
              <seclabel type='dynamic' model='dac'/>
            </domain>
            """;

    private static CloneSettings settings(CloneSettings.Link link) {
        return new CloneSettings(
                new Mark(
                        "lease-1",
                        "run-1",
                        "me@here",
                        Instant.parse("2026-11-24T00:00:00Z"),
                        Instant.parse("2026-12-01T00:00:00Z")),
                "pool",
                Map.of("vda", "atex-lease-1.qcow2", "vdb", "atex-lease-1-1.qcow2"),
                link,
                "/pool/atex-lease-1.console",
                Optional.of("/pool/atex-lease-1_VARS.fd"),
                Optional.empty(),
                Optional.empty());
    }

    private static Element clone(DomainTemplate template, CloneSettings settings) throws XmlException {
        return Xml.parse(template.clone(settings), "domain");
    }

    @Test
    void cloneHasNothingOfItsOriginThatOnlyOneMachineCanHave() throws Exception {
        DomainTemplate template = DomainTemplate.of(ORIGIN, Optional.empty());
        assertThat(template.disks())
                .isEqualTo(List.of(
                        new TemplateDisk("vda", new TemplateDisk.InFile("/images/rhel9.qcow2")),
                        new TemplateDisk("vdb", new TemplateDisk.InPool("p", "data"))));
        Element domain = clone(template, settings(new CloneSettings.Forwarded(2222)));
        assertThat(Xml.value(domain, "name")).contains("atex-lease-1");
        assertThat(Xml.value(domain, "uuid")).contains(Mark.uuid("lease-1").toString());
        assertThat(domain.hasAttribute("id")).isFalse();
        assertThat(Xml.value(domain, "on_poweroff")).contains("destroy");
        assertThat(Xml.value(domain, "os", "nvram")).contains("/pool/atex-lease-1_VARS.fd");
        assertThat(Xml.attribute(domain, "template", "os", "nvram")).contains("/usr/share/VARS.fd");
        Element devices = Xml.find(domain, "devices").orElseThrow();
        List<Element> disks = Xml.children(devices, "disk");
        assertThat(disks).hasSize(3);
        assertThat(Xml.attribute(disks.get(0), "volume", "source")).contains("atex-lease-1.qcow2");
        assertThat(Xml.attribute(disks.get(1), "volume", "source")).contains("atex-lease-1-1.qcow2");
        assertThat(Xml.attribute(disks.get(1), "type", "driver")).contains("qcow2");
        assertThat(Xml.attribute(disks.get(2), "file", "source")).contains("/images/dvd.iso");
        assertThat(Xml.children(devices, "interface")).isEmpty();
        assertThat(Xml.children(devices, "serial")).hasSize(1);
        assertThat(Xml.text(domain))
                .doesNotContain("rhel9.qcow2", "52:54:00:00:00:01", "seclabel", "backingStore")
                .contains("hostfwd=tcp:127.0.0.1:2222-:22", "lease=\"lease-1\"", "run=\"run-1\"", "owner=\"me@here\"");
    }

    @Test
    void templateIsNotChangedByItsClones() throws Exception {
        DomainTemplate template = DomainTemplate.of(ORIGIN, Optional.empty());
        String first = template.clone(settings(new CloneSettings.Forwarded(1)));
        assertThat(template.clone(settings(new CloneSettings.Forwarded(1)))).isEqualTo(first);
    }

    @Test
    void cloneInNetworkHasOneInterface() throws Exception {
        Element domain =
                clone(DomainTemplate.of(ORIGIN, Optional.empty()), settings(new CloneSettings.Network("tests")));
        Element devices = Xml.find(domain, "devices").orElseThrow();
        assertThat(Xml.children(devices, "interface")).hasSize(1);
        assertThat(Xml.attribute(devices, "network", "interface", "source")).contains("tests");
        assertThat(Xml.text(domain)).doesNotContain("hostfwd");
    }

    @Test
    void imageReplacesFirstDisk() throws Exception {
        DomainTemplate template = DomainTemplate.of(ORIGIN, Optional.of(new TemplateDisk.InPool("other", "image")));
        assertThat(template.disks())
                .extracting(TemplateDisk::source)
                .isEqualTo(List.of(new TemplateDisk.InPool("other", "image"), new TemplateDisk.InPool("p", "data")));
    }

    @Test
    void sizesReplaceThoseOfTheOrigin() throws Exception {
        DomainTemplate template = DomainTemplate.of(ORIGIN, Optional.empty()).sized(Optional.of(512), Optional.of(2));
        Element domain = clone(template, settings(new CloneSettings.Forwarded(1)));
        assertThat(Xml.value(domain, "memory")).contains("512");
        assertThat(Xml.attribute(domain, "unit", "memory")).contains("MiB");
        assertThat(Xml.find(domain, "currentMemory")).isEmpty();
        assertThat(Xml.value(domain, "vcpu")).contains("2");
        assertThat(Xml.attribute(domain, "current", "vcpu")).isEmpty();
        assertThat(Xml.find(domain, "cpu", "topology")).isEmpty();
    }

    @Test
    void credentialGoesIntoSmbios() throws Exception {
        CloneSettings plain = settings(new CloneSettings.Forwarded(1));
        Element domain = clone(
                DomainTemplate.of(
                        new DefaultDomain(false, Optional.empty(), false).xml(),
                        Optional.of(new TemplateDisk.InFile("/i"))),
                new CloneSettings(
                        plain.mark(),
                        plain.pool(),
                        plain.overlays(),
                        plain.link(),
                        plain.console(),
                        Optional.empty(),
                        Optional.of("ssh-ed25519 AAAA"),
                        Optional.empty()));
        assertThat(Xml.value(domain, "sysinfo", "oemStrings", "entry"))
                .contains("io.systemd.credential.binary:ssh.authorized_keys.root=c3NoLWVkMjU1MTkgQUFBQQo=");
        assertThat(Xml.attribute(domain, "mode", "os", "smbios")).contains("sysinfo");
    }

    @Test
    void cloneWithSnapshotGoesOnFromIt() throws Exception {
        CloneSettings plain = settings(new CloneSettings.Forwarded(2222));
        String xml = DomainTemplate.of(ORIGIN, Optional.empty())
                .clone(new CloneSettings(
                        plain.mark(),
                        plain.pool(),
                        plain.overlays(),
                        plain.link(),
                        plain.console(),
                        plain.nvram(),
                        plain.credential(),
                        Optional.of("s1")));
        assertThat(xml).contains("value=\"-loadvm\"/><qemu:arg value=\"s1\"/>").contains("2222-:22");
        assertThat(DomainTemplate.of(ORIGIN, Optional.empty()).clone(plain)).doesNotContain("loadvm");
    }

    @Test
    void stateDependsOnDescriptionAndKey() throws Exception {
        DomainTemplate template = DomainTemplate.of(ORIGIN, Optional.empty());
        String state = template.state(Optional.empty());
        String renamed = ORIGIN.replace("rhel9</name>", "other</name>").replace("0001</uuid>", "0002</uuid>");
        assertThat(DomainTemplate.of(renamed, Optional.empty()).state(Optional.empty()))
                .isEqualTo(state);
        assertThat(template.state(Optional.of("key"))).isNotEqualTo(state);
        assertThat(template.sized(Optional.of(512), Optional.empty()).state(Optional.empty()))
                .isNotEqualTo(state);
        assertThat(DomainTemplate.of(ORIGIN.replace("pc-q35-7.2", "pc-q35-8.0"), Optional.empty())
                        .state(Optional.empty()))
                .isNotEqualTo(state);
    }

    @Test
    void bootFilesAreThoseOfTheDescription() throws Exception {
        assertThat(DomainTemplate.of(ORIGIN, Optional.empty()).bootFiles()).isEmpty();
        String direct = ORIGIN.replace("<nvram", "<kernel>/vmlinuz</kernel><initrd>/initrd</initrd><nvram");
        assertThat(DomainTemplate.of(direct, Optional.empty()).bootFiles()).isEqualTo(List.of("/vmlinuz", "/initrd"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "<hostdev mode='subsystem' type='pci'/> | <hostdev>",
                "<filesystem type='mount'><source dir='/x'/></filesystem> | writable <filesystem>",
                "<serial type='tcp'><source mode='bind' host='127.0.0.1' service='4555'/></serial> | <serial> with a fixed port",
                "<graphics type='vnc' port='5901'/> | fixed port 5901",
                "<disk type='block' device='disk'><source dev='/dev/sdb'/><target dev='vdc'/></disk> | disk 'vdc' is of type 'block'"
            })
    void sharedDevicesAreRefused(String device, String reason) {
        String xml = ORIGIN.replace("<serial type='pty'/>", device);
        assertThatThrownBy(() -> DomainTemplate.of(xml, Optional.empty()))
                .isInstanceOf(XmlException.class)
                .hasMessageContaining(reason);
    }
}
