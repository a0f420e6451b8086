package dev.atex.internal.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MountEscapesTest {
    @Test
    void decodesEachEscapeOnce() {
        assertThat(MountEscapes.decode("/a\\040b\\011c\\134040d")).isEqualTo("/a b\tc\\040d");
    }

    @Test
    void textWithoutEscapesStays() {
        assertThat(MountEscapes.decode("/plain/$1")).isEqualTo("/plain/$1");
    }
}
