package dev.atex.testingfarm.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxiesTest {
    private static final URI HTTPS = URI.create("https://api.testing-farm.io/v0.1/about");
    private static final URI HTTP = URI.create("http://api.testing-farm.io/v0.1/about");

    private static Optional<String> name(Map<String, String> environment, URI uri) {
        return Proxies.of(environment).of(uri).map(Proxies.Via::name);
    }

    @Test
    void eachSchemeHasItsProxy() {
        Map<String, String> both = Map.of("https_proxy", "http://one:3128/", "http_proxy", "two:8080");
        assertThat(name(both, HTTPS)).hasValue("http://one:3128");
        assertThat(name(both, HTTP)).hasValue("http://two:8080");
        assertThat(name(Map.of("HTTPS_PROXY", "one"), HTTPS)).hasValue("http://one:80");
        assertThat(name(Map.of("HTTPS_PROXY", "one"), HTTP)).isEmpty();
        assertThat(name(Map.of("HTTPS_PROXY", "one", "https_proxy", ""), HTTPS)).isEmpty();
        assertThat(name(Map.of("ALL_PROXY", "all:1", "https_proxy", "one:1"), HTTPS))
                .hasValue("http://one:1");
        assertThat(name(Map.of("all_proxy", "all:1"), HTTP)).hasValue("http://all:1");
        assertThat(name(Map.of("HTTP_PROXY", "two:1"), HTTP)).hasValue("http://two:1");
    }

    /** In a CGI program that variable is the header Proxy of the caller. */
    @Test
    void httpProxyInCapitalsIsIgnoredInCgi() {
        assertThat(name(Map.of("HTTP_PROXY", "two:1", "REQUEST_METHOD", "GET"), HTTP))
                .isEmpty();
    }

    @Test
    void textHasNoPassword() {
        Proxies proxies = Proxies.of(Map.of("https_proxy", "http://me:s3cr%40t+@one:1"));
        assertThat(proxies.toString()).contains("one:1").doesNotContain("s3cr", "me:");
        assertThat(proxies.of(HTTPS).flatMap(Proxies.Via::authorization)).hasValue("Basic bWU6czNjckB0Kw==");
        Proxies broken = Proxies.of(Map.of("https_proxy", "http://me:s3 cret@one:1"));
        assertThat(broken.toString()).doesNotContain("cret");
        assertThat(broken.of(HTTPS).flatMap(Proxies.Via::problem)).hasValue("https_proxy is not a URL");
    }

    @Test
    void proxyOfOtherSchemeIsError() {
        assertThat(Proxies.of(Map.of("https_proxy", "socks5h://me:pw@one:1080"))
                        .of(HTTPS)
                        .orElseThrow()
                        .problem())
                .hasValueSatisfying(text -> assertThat(text).contains("socks5h").doesNotContain("pw"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*                                | https://api.testing-farm.io/    | true",
                "testing-farm.io                  | https://api.testing-farm.io/    | true",
                ".testing-farm.io                 | https://api.testing-farm.io/    | true",
                "*.testing-farm.io                | https://api.testing-farm.io/    | true",
                "api.testing-farm.io              | https://API.Testing-Farm.io./   | true",
                "API.TESTING-FARM.IO.             | https://api.testing-farm.io/    | true",
                "farm.io                          | https://api.testing-farm.io/    | false",
                "api                              | https://api.testing-farm.io/    | false",
                "api.testing-farm.io.example      | https://api.testing-farm.io/    | false",
                "api.testing-farm.io:443          | https://api.testing-farm.io/    | true",
                "api.testing-farm.io:80           | https://api.testing-farm.io/    | false",
                ".testing-farm.io:8080            | http://api.testing-farm.io:8080 | true",
                "a.example, testing-farm.io ,b    | https://api.testing-farm.io/    | true",
                "a.example testing-farm.io        | https://api.testing-farm.io/    | true",
                "127.0.0.1                        | http://127.0.0.1:8080/          | true",
                "127.0.0.1:8080                   | http://127.0.0.1:8080/          | true",
                "127.0.0.1:8081                   | http://127.0.0.1:8080/          | false",
                "127.0.0.0/8                      | http://127.9.0.1:8080/          | true",
                "10.0.0.0/8                       | http://127.0.0.1:8080/          | false",
                "10.1.2.0/23                      | http://10.1.3.255/              | true",
                "10.1.2.0/23                      | http://10.1.4.0/                | false",
                "10.128.0.0/9                     | http://10.200.0.1/              | true",
                "10.128.0.0/9                     | http://10.0.0.1/                | false",
                "::/0                             | http://10.0.0.1/                | false",
                "0.0.0.0/0                        | http://[::1]/                   | false",
                "10.0.0.0/33                      | http://10.0.0.1/                | false",
                "10.0.0.0/x                       | http://10.0.0.1/                | false",
                "0.0.0.0/0                        | http://10.0.0.1/                | true",
                "0.0.0.0/0                        | http://api.testing-farm.io/     | false",
                "7.0.0.1                          | http://127.0.0.1/               | false",
                ".0.0.1                           | http://127.0.0.1/               | false",
                "::1                              | http://[::1]:8080/              | true",
                "[::1]                            | http://[0:0:0:0:0:0:0:1]/       | true",
                "[::1]:8080                       | http://[::1]:8080/              | true",
                "[::1]:8081                       | http://[::1]:8080/              | false",
                "fd00::/8                         | http://[fd12::1]/               | true",
                "fd00::/8                         | http://[fe80::1]/               | false",
                "localhost                        | http://localhost:1/             | true",
                "''                               | http://localhost:1/             | false",
                "','                              | http://localhost:1/             | false",
            })
    void noProxyExcludesHosts(String noProxy, String url, boolean without) {
        for (String variable : new String[] {"no_proxy", "NO_PROXY"}) {
            Map<String, String> environment = Map.of("all_proxy", "http://one:1", variable, noProxy);
            assertThat(name(environment, URI.create(url)).isEmpty()).isEqualTo(without);
        }
    }
}
