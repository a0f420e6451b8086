package dev.atex.libvirt.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.libvirt.xml.XmlException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FingerprintTest {
    private static final String CAPABILITIES = """
            <capabilities><host><uuid>1</uuid><cpu><arch>x86_64</arch><model>EPYC</model><vendor>AMD</vendor>
              <microcode version='%s'/><counter name='tsc' frequency='%s'/><feature name='%s'/><feature name='acpi'/>
            </cpu></host></capabilities>
            """;

    @Test
    void everyTextAndItsPlaceCount() {
        String whole = Fingerprint.of(List.of("ab", "c"));
        assertThat(whole).hasSize(20).matches("[0-9a-f]+").isEqualTo(Fingerprint.of(List.of("ab", "c")));
        assertThat(Fingerprint.of(List.of("a", "bc"))).isNotEqualTo(whole);
        assertThat(Fingerprint.of(List.of("abc"))).isNotEqualTo(whole);
        assertThat(Fingerprint.of(List.of("c", "ab"))).isNotEqualTo(whole);
    }

    @Test
    void processorIsTheSameAfterRestart() throws Exception {
        String processor = Fingerprint.processor(CAPABILITIES.formatted("1", "2000", "svm"));
        assertThat(processor).isEqualTo("x86_64 AMD EPYC acpi svm");
        assertThat(Fingerprint.processor(CAPABILITIES.formatted("2", "2001", "svm")))
                .isEqualTo(processor);
        assertThat(Fingerprint.processor(CAPABILITIES.formatted("1", "2000", "avx")))
                .isNotEqualTo(processor);
    }

    @Test
    void missingProcessorIsError() {
        assertThatThrownBy(() -> Fingerprint.processor("<capabilities><host/></capabilities>"))
                .isInstanceOf(XmlException.class)
                .hasMessageContaining("no processor");
    }
}
