package dev.atex.libvirt.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class XmlTest {
    @Test
    void documentsWithDocumentTypesAreRefused() {
        String entity = "<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><d>&x;</d>";
        assertThatThrownBy(() -> Xml.parse(entity, "d"))
                .isInstanceOf(XmlException.class)
                .hasMessageContaining("DOCTYPE");
    }

    @Test
    void otherRootIsNamed() {
        assertThatThrownBy(() -> Xml.parse("<pool/>", "domain")).hasMessage("not a <domain>, but a <pool>");
    }

    @Test
    void brokenDocumentIsRefused() {
        assertThatThrownBy(() -> Xml.parse("<domain>", "domain")).hasMessageStartingWith("not well-formed XML: ");
    }

    @Test
    void specialCharactersAreEscaped() throws Exception {
        Element root = Xml.create("volume");
        Xml.setValue(root, "name", "a<b>&'\"");
        Element read = Xml.parse(Xml.text(root), "volume");
        assertThat(Xml.value(read, "name")).contains("a<b>&'\"");
    }
}
