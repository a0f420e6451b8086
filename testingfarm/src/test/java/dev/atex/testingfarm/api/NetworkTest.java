package dev.atex.testingfarm.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.testingfarm.StandIn;
import dev.atex.testingfarm.http.Network;
import dev.atex.testingfarm.http.RecordingProxy;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Network settings: certificates of a private authority, names, proxies. */
@Timeout(120)
@Tag("slow")
class NetworkTest {
    private final List<String> notices = Collections.synchronizedList(new ArrayList<>());
    private StandIn service;

    @TempDir
    private Path directory;

    @AfterEach
    void stop() throws Exception {
        if (service != null) {
            service.close();
        }
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(1));
    }

    private TestingFarm client(Map<String, String> more, String url) {
        Map<String, String> environment = new HashMap<>(StandIn.ENVIRONMENT);
        environment.putAll(more);
        return client(Endpoint.of(environment, Optional.of(url)));
    }

    /** Permanent failures end after a moment; an outage would last longer than the test. */
    private TestingFarm client(Endpoint endpoint) {
        return new TestingFarm(endpoint, StandIn.pace().withHopeless(Duration.ofMillis(100)), notices::add);
    }

    private static String useIt(TestingFarm farm) throws Exception {
        String ranch = farm.whoami(soon()).ranch();
        FarmRequest request = farm.submission(TestingFarmTest.body("a"), _ -> Optional.empty())
                .submit(soon());
        while (request.artifacts().isEmpty()) {
            request = farm.next(request, soon());
        }
        PipelineLog log = farm.log(request).orElseThrow();
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        while (!read.toString().contains("starting")) {
            log.read(read::writeBytes, soon());
        }
        farm.cancel(request.id(), soon());
        return ranch;
    }

    @Test
    void untrustedCertificateIsFinalAndExplained() throws Exception {
        service = StandIn.start("--tls");
        try (TestingFarm farm = client(Map.of(), service.url())) {
            assertThatThrownBy(() -> farm.whoami(soon()))
                    .isInstanceOf(ApiException.Unreachable.class)
                    .hasMessageContaining("the certificate of 127.0.0.1:")
                    .hasMessageContaining("is not trusted (")
                    .hasMessageContaining("SSL_CERT_FILE")
                    .hasMessageContaining("ca=FILE");
            assertThatThrownBy(() ->
                            farm.submission(Map.of(), _ -> Optional.empty()).submit(soon()))
                    .isInstanceOf(ApiException.Unreachable.class);
        }
        assertThat(service.count("ever")).isZero();
        Path nothing = directory.resolve("none.pem");
        try (TestingFarm farm = client(Map.of("SSL_CERT_FILE", nothing.toString()), service.url())) {
            assertThatThrownBy(() -> farm.whoami(soon())).hasMessageContaining("there is no file " + nothing);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR", "directory", "ca"})
    void namedAuthorityIsTrusted(String how) throws Exception {
        service = StandIn.start("--machine", "root@nowhere", "--share", "--tls");
        Path bundle = directory.resolve("bundle.pem");
        Files.writeString(
                bundle,
                "# ours\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
                        + Files.readString(service.ca()));
        Map<String, String> environment = switch (how) {
            case "ca" -> Map.of();
            case "SSL_CERT_DIR" -> Map.of(how, "/nonexistent:" + directory);
            case "directory" -> Map.of("REQUESTS_CA_BUNDLE", directory.toString());
            default -> Map.of(how, bundle.toString());
        };
        Map<String, String> whole = new HashMap<>(StandIn.ENVIRONMENT);
        whole.putAll(environment);
        Endpoint endpoint = Endpoint.of(whole, Optional.of(service.url()));
        try (TestingFarm farm = client(how.equals("ca") ? endpoint.trusting(bundle) : endpoint)) {
            assertThat(useIt(farm)).isEqualTo("redhat");
        }
        service.assertClean("at the end");
    }

    /** A TLS download does not continue without TLS. */
    @Test
    void redirectFromHttpsToHttpIsRefused() throws Exception {
        service = StandIn.start("--machine", "root@127.0.0.1", "--share", "--tls");
        service.behaviour("redirect", "plain");
        try (TestingFarm farm = client(Map.of("SSL_CERT_FILE", service.ca().toString()), service.url())) {
            assertThatThrownBy(() -> useIt(farm))
                    .isInstanceOf(ApiException.UnexpectedStatus.class)
                    .hasMessageContaining("which is not allowed");
        }
    }

    @Test
    void certificateOfOtherHostIsRefused() throws Exception {
        service = StandIn.start("--tls", "--tls-names", "api.example.com");
        try (TestingFarm farm = client(Map.of("SSL_CERT_FILE", service.ca().toString()), service.url())) {
            assertThatThrownBy(() -> farm.whoami(soon()))
                    .isInstanceOf(ApiException.Unreachable.class)
                    .hasMessageContaining("is for another name");
        }
    }

    @Test
    void plainHttpServiceIsNotOutage() throws Exception {
        service = StandIn.start();
        try (TestingFarm farm = client(Map.of(), service.url().replace("http:", "https:"))) {
            assertThatThrownBy(() -> farm.whoami(soon()))
                    .isInstanceOf(ApiException.Unreachable.class)
                    .hasMessageContaining("does not speak TLS");
        }
    }

    @Test
    void unknownHostIsFinalAndExplained() {
        try (TestingFarm farm = client(Map.of(), "http://api.testing-farm.invalid")) {
            assertThatThrownBy(() -> farm.about(soon()))
                    .isInstanceOf(ApiException.Unreachable.class)
                    .hasMessageContaining("'api.testing-farm.invalid' cannot be resolved")
                    .hasMessageContaining("VPN");
        }
        try (TestingFarm farm = client(Map.of("http_proxy", "http://proxy.invalid:1"), "http://127.0.0.1:1")) {
            assertThatThrownBy(() -> farm.about(soon()))
                    .isInstanceOf(ApiException.Unreachable.class)
                    .hasMessageContaining("the proxy http://proxy.invalid:1 cannot be resolved");
        }
    }

    @Test
    void allCallsUseProxy() throws Exception {
        service = StandIn.start("--machine", "root@nowhere", "--share");
        int port = URI.create(service.url()).getPort();
        String password = "Basic bWU6cGFzcw==";
        try (RecordingProxy proxy = new RecordingProxy(port, password)) {
            Map<String, String> environment = Map.of(
                    "http_proxy", "http://me:pass@127.0.0.1:" + proxy.port(), "no_proxy", "10.0.0.0/8,other.example");
            try (TestingFarm farm = client(environment, "http://api.example.com/v0.1")) {
                assertThat(farm.whoami(soon()).ranch()).isEqualTo("redhat");
                assertThat(farm.search(Search.of("new"), soon())).isEmpty();
            }
            assertThat(proxy.heads())
                    .hasSizeGreaterThanOrEqualTo(2)
                    .allMatch(head -> head.contains("://api.example.com/v0.1/"));
            int before = proxy.heads().size();
            Map<String, String> without = Map.of("http_proxy", "127.0.0.1:" + proxy.port(), "no_proxy", "127.0.0.1");
            try (TestingFarm farm = client(without, service.url())) {
                farm.whoami(soon());
            }
            assertThat(proxy.heads()).hasSize(before);
        }
    }

    /** In a separate JVM, as the first client decides whether the JVM sends passwords. */
    @Test
    void tlsUsesProxyWithPassword() throws Exception {
        service = StandIn.start("--machine", "root@nowhere", "--share", "--tls", "--tls-names", "api.example.com");
        int port = URI.create(service.url()).getPort();
        try (RecordingProxy proxy = new RecordingProxy(port, "Basic bWU6cGFzcw==")) {
            assertThat(askBy("http://me:pass@127.0.0.1:" + proxy.port())).isEqualTo("redhat\n");
            assertThat(proxy.heads()).isNotEmpty().allMatch(head -> head.startsWith("CONNECT api.example.com:443 "));
            assertThat(askBy("http://127.0.0.1:" + proxy.port()))
                    .contains("Unreachable", "the proxy http://127.0.0.1:" + proxy.port(), "NAME:PASSWORD@HOST:PORT");
            assertThat(askBy("http://me:secret@127.0.0.1:" + proxy.port()))
                    .contains("Unreachable")
                    .doesNotContain("secret");
        }
    }

    private String askBy(String proxy) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                ProxyCall.class.getName());
        builder.environment()
                .keySet()
                .removeIf(name -> name.toLowerCase(java.util.Locale.ROOT).endsWith("_proxy"));
        builder.environment().putAll(StandIn.ENVIRONMENT);
        builder.environment().put("TESTING_FARM_API_URL", "https://api.example.com/v0.1");
        builder.environment().put("https_proxy", proxy);
        builder.environment().put("SSL_CERT_FILE", service.ca().toString());
        Process process = builder.redirectErrorStream(true).start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }

    /** A host that has answered before is down if its name cannot be resolved. */
    @Test
    void hostThatAnsweredBeforeIsOutage() {
        Outage outage = new Outage("it", notices::add);
        assertThat(outage.hopeless()).isPresent();
        outage.answered(URI.create("http://there"));
        assertThat(outage.hopeless()).isEmpty();
    }

    @Test
    void fileWithoutCertificatesIsError() throws Exception {
        Path file = directory.resolve("empty.pem");
        Files.writeString(file, "nothing");
        assertThat(Network.problem(file)).hasValue("there is no certificate in PEM in " + file);
        assertThat(Network.problem(directory.resolve("none"))).isPresent();
        assertThat(Network.problem(directory)).isPresent();
    }
}
