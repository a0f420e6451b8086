package dev.atex.libvirt.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Formats of images by their first bytes. */
class ImageHeaderTest {
    private static ByteBuffer qcow(int version) {
        return ByteBuffer.allocate(512).putInt(0x5146_49fb).putInt(version);
    }

    @Test
    void qcow2AndRawAreTold() throws Exception {
        assertThat(ImageHeader.format(qcow(2).array())).isEqualTo("qcow2");
        assertThat(ImageHeader.format(qcow(3).array())).isEqualTo("qcow2");
        assertThat(ImageHeader.format(new byte[512])).isEqualTo("raw");
    }

    @Test
    void imagesThatReferToOtherFilesAreRefused() {
        assertThatThrownBy(() -> ImageHeader.format(qcow(3).putLong(8, 104).array()))
                .hasMessageContaining("backing file");
        assertThatThrownBy(() -> ImageHeader.format(qcow(3).putLong(72, 4).array()))
                .hasMessageContaining("in another file");
        assertThatThrownBy(() -> ImageHeader.format(qcow(2).putInt(32, 1).array()))
                .hasMessageContaining("encrypted");
    }

    @Test
    void otherFormatsAreNamed() {
        for (String[] each : new String[][] {
            {"\u001f\u008b", "compressed by gzip"},
            {"\u00fd7zXZ\0", "compressed by xz"},
            {"KDMV", "a VMDK image"},
            {"  <!DOCTYPE html>", "a web page"}
        }) {
            assertThatThrownBy(() -> ImageHeader.format(each[0].getBytes(StandardCharsets.ISO_8859_1)))
                    .hasMessageContaining(each[1]);
        }
        assertThatThrownBy(() -> ImageHeader.format(new byte[0])).hasMessage("it is empty");
    }
}
