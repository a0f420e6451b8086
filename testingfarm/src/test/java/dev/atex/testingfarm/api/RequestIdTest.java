package dev.atex.testingfarm.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdTest {
    private static final String ID = "0b7a1c9e-3f0d-4c55-9d0e-2f7f3c1f6a11";

    @ParameterizedTest
    @ValueSource(
            strings = {
                ID,
                " " + ID + "\n",
                "0B7A1C9E-3F0D-4C55-9D0E-2F7F3C1F6A11",
                "https://artifacts.dev.testing-farm.io/" + ID,
                "https://artifacts.dev.testing-farm.io/" + ID + "/",
                "https://artifacts.dev.testing-farm.io/" + ID + "/pipeline.log",
                "https://artifacts.osci.redhat.com/testing-farm/" + ID + "/work-all/results.xml",
                "http://127.0.0.1:8080/artifacts/" + ID + "?sort=1#top",
                "https://api.testing-farm.io/v0.1/requests/" + ID,
                "HTTPS://api.testing-farm.io/v0.1/requests/" + ID + "/",
            })
    void idIsFoundInTextOrUrl(String text) {
        assertThat(RequestId.of(text)).isEqualTo(ID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "unknown",
                ID + "0",
                "file:///tmp/" + ID,
                "https://artifacts.dev.testing-farm.io/",
                "https://" + ID + "/",
                "https://example.com/?id=" + ID,
                "https://example.com/a b/" + ID,
                "../" + ID
            })
    void textWithoutIdIsRefused(String text) {
        assertThatThrownBy(() -> RequestId.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not the id of a request")
                .hasMessageContaining("artifacts");
    }
}
