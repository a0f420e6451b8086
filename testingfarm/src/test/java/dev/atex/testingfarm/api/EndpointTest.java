package dev.atex.testingfarm.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://api.testing-farm.io",
                "https://api.testing-farm.io/",
                "https://api.testing-farm.io//",
                "https://api.testing-farm.io/v0.1",
                "https://api.testing-farm.io/v0.1/",
                "https://api.testing-farm.io//v0.1//",
                "https://api.testing-farm.io/v0.2",
                " https://api.testing-farm.io/v0.1 ",
            })
    void versionInUrlIsOptional(String text) {
        for (Endpoint endpoint : new Endpoint[] {
            Endpoint.of(Map.of("TESTING_FARM_API_URL", text), Optional.empty()),
            Endpoint.of(Map.of("TESTING_FARM_API_URL", "https://other.example"), Optional.of(text))
        }) {
            assertThat(endpoint.url()).hasToString("https://api.testing-farm.io");
            assertThat(endpoint.path("/v0.1/about")).hasToString("https://api.testing-farm.io/v0.1/about");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://proxy.example/farm/v0.1", "https://proxy.example/farm/"})
    void urlMayHavePath(String text) {
        assertThat(Endpoint.of(Map.of(), Optional.of(text)).url()).hasToString("https://proxy.example/farm");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "api.testing-farm.io",
                "ftp://api.testing-farm.io",
                "https:///v0.1",
                "https://api.testing-farm.io/v0.1?x=1",
                "https://api.testing-farm.io/#v0.1",
                "https://a b/",
                "https://me:s3cr3t@api.testing-farm.io/v0.1",
                "https://me:s3cr3t and more@api.testing-farm.io/v0.1"
            })
    void invalidUrlIsRefusedWithoutPasswordInMessage(String text) {
        assertThatThrownBy(() -> Endpoint.of(Map.of(), Optional.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be like https://api.testing-farm.io")
                .hasMessageNotContaining("s3cr3t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"socks5://localhost:1080", "https://localhost:3128"})
    void unusableProxyIsError(String proxy) {
        assertThatThrownBy(() -> Endpoint.of(Map.of("https_proxy", proxy), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("https_proxy")
                .hasMessageContaining("only 'http://'");
        Endpoint.of(Map.of("https_proxy", proxy, "no_proxy", ".testing-farm.io"), Optional.empty());
    }
}
