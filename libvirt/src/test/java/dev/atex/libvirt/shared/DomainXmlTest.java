package dev.atex.libvirt.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DomainXmlTest {
    private static DomainXml parse(String content) throws IOException {
        return DomainXml.parse(
                "<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>" + content + "</domain>");
    }

    @Test
    void portThatLeadsToSshIsFound() throws Exception {
        DomainXml xml = parse("""
                <uuid>4dea22b3-1d52-d8f3-2516-782e98ab3fa0</uuid>
                <devices><interface type='user'><backend type='passt'/>
                  <portForward proto='tcp' address='0.0.0.0'>
                    <range start='8080' to='80'/><range start='5001' to='22'/>
                  </portForward>
                </interface></devices>""");
        assertThat(xml.ssh()).contains(new DomainXml.Forward("0.0.0.0", 5001));
        assertThat(xml.ssh().orElseThrow().isEverywhere()).isTrue();
        assertThat(xml.uuid()).contains("4dea22b3-1d52-d8f3-2516-782e98ab3fa0");
        assertThat(xml.mark()).isEmpty();
    }

    @Test
    void firstPortIsUsedIfNoneLeadsToSsh() throws Exception {
        assertThat(parse("<devices><portForward proto='tcp'><range start='5001'/><range start='5002'/></portForward>"
                                + "</devices>")
                        .ssh())
                .contains(new DomainXml.Forward("", 5001));
    }

    @Test
    void forwardedPortOfQemuIsFound() throws Exception {
        assertThat(parse("<qemu:commandline><qemu:arg value='-netdev'/>"
                                + "<qemu:arg value='user,id=n0,hostfwd=tcp:127.0.0.1:2201-:22'/></qemu:commandline>")
                        .ssh())
                .contains(new DomainXml.Forward("127.0.0.1", 2201));
        assertThat(parse("<qemu:commandline><qemu:arg value='user,hostfwd=tcp::80-:8022'/></qemu:commandline>")
                        .ssh())
                .isEmpty();
        assertThat(parse("").ssh()).isEmpty();
    }

    @Test
    void leaseInMetadataIsRead() throws Exception {
        LeaseMark mark = new LeaseMark("run-1", "run", "a<b>&'\"", Instant.parse("2026-01-02T03:04:05Z"));
        String element = DomainXml.element(mark)
                .replaceFirst("<machine ", "<atex:machine xmlns:atex='" + LeaseMark.NAMESPACE + "' ");
        assertThat(parse("<metadata>" + element + "</metadata>").mark()).contains(mark);
        assertThat(parse("<metadata>" + element.replace("2026", "x") + "</metadata>")
                        .mark())
                .isEmpty();
    }

    @Test
    void otherTextsAreRefused() {
        assertThatThrownBy(() -> DomainXml.parse("error: no domain")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> DomainXml.parse("<pool/>")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> DomainXml.parse(
                        "<!DOCTYPE domain [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><domain>&e;</domain>"))
                .isInstanceOf(IOException.class);
    }
}
