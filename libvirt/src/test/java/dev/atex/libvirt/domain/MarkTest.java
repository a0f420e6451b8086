package dev.atex.libvirt.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarkTest {
    @Test
    void uuidIsOfVersion8AndDependsOnLeaseOnly() {
        assertThat(Mark.uuid("20261130-1").version()).isEqualTo(8);
        assertThat(Mark.uuid("20261130-1").variant()).isEqualTo(2);
        // the first 16 bytes of: printf abc | sha256sum, with version and variant
        assertThat(Mark.uuid("abc")).hasToString("ba7816bf-8f01-8fea-8141-40de5dae2223");
        assertThat(Mark.uuid("abd")).isNotEqualTo(Mark.uuid("abc"));
    }

    @Test
    void leaseIsReadFromElementOnly() {
        assertThat(Mark.leaseIn("<machine lease='a' run='b'/>")).contains("a");
        assertThat(Mark.leaseIn("<machine run='b'/>")).isEmpty();
        assertThat(Mark.leaseIn("<other lease='a'/>")).isEmpty();
        assertThat(Mark.leaseIn("")).isEmpty();
    }
}
