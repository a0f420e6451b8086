package dev.atex.testingfarm.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.atex.concurrent.Deadline;
import dev.atex.testingfarm.StandIn;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file host that redirects {@code /N/pipeline.log} to N - 1, with each status in turn. */
@Timeout(60)
@Tag("slow")
class ArtifactFilesTest {
    private static final int[] STATUSES = {301, 302, 303, 307, 308};
    private static final String TEXT = "first line\nsecond line\n";

    private final List<String> ranges = Collections.synchronizedList(new ArrayList<>());
    private final List<String> authorizations = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private TestingFarm farm;

    @BeforeEach
    void up() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        farm = new TestingFarm(
                Endpoint.of(StandIn.ENVIRONMENT, java.util.Optional.of(url(""))), StandIn.pace(), _ -> {});
    }

    @AfterEach
    void down() {
        farm.close();
        server.stop(0);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (authorization != null) {
            authorizations.add(authorization);
        }
        String[] path = exchange.getRequestURI().getPath().split("/");
        if (path[1].equals("away")) {
            exchange.getResponseHeaders()
                    .set("Location", URI.create("ftp://127.0.0.1/pipeline.log").toString());
            exchange.sendResponseHeaders(302, -1);
        } else if (path[1].equals("0")) {
            String range = exchange.getRequestHeaders().getFirst("Range");
            ranges.add(String.valueOf(range));
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("[^0-9]", ""));
            byte[] bytes = TEXT.substring(Math.min(from, TEXT.length())).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain");
            boolean isHead = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(
                    bytes.length == 0 ? 416 : range == null ? 200 : 206,
                    isHead || bytes.length == 0 ? -1 : bytes.length);
            if (!isHead) {
                exchange.getResponseBody().write(bytes);
            }
        } else {
            int left = Integer.parseInt(path[1]);
            exchange.getResponseHeaders().set("Location", "/" + (left - 1) + "/pipeline.log");
            exchange.sendResponseHeaders(STATUSES[left % STATUSES.length], -1);
        }
        exchange.close();
    }

    private PipelineLog log(String path) throws Exception {
        FarmRequest request = FarmRequest.of(Map.of(
                        "id",
                        "0b7a1c9e-3f0d-4c55-9d0e-2f7f3c1f6a11",
                        "state",
                        "running",
                        "run",
                        Map.of("artifacts", url(path))))
                .orElseThrow();
        return farm.log(request).orElseThrow();
    }

    private static String read(PipelineLog log, int length) throws Exception {
        StringBuilder read = new StringBuilder();
        Deadline deadline = Deadline.after(Duration.ofSeconds(30));
        while (read.length() < length) {
            log.read(bytes -> read.append(new String(bytes, StandardCharsets.UTF_8)), deadline);
        }
        return read.toString();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void fiveRedirectsAreFollowedWithoutToken(int redirects) throws Exception {
        PipelineLog log = log("/" + redirects);
        assertThat(read(log, TEXT.length())).isEqualTo(TEXT);
        log.read(_ -> {}, Deadline.after(Duration.ofSeconds(30))); // nothing new, which only the range can tell
        assertThat(ranges).contains("bytes=" + TEXT.length() + "-");
        assertThat(authorizations).isEmpty();
    }

    @Test
    void sixRedirectsAreRefused() throws Exception {
        PipelineLog log = log("/6");
        assertThatThrownBy(() -> read(log, 1))
                .isInstanceOf(ApiException.UnexpectedStatus.class)
                .hasMessageContaining("it redirects more than 5 times");
    }

    @Test
    void redirectToOtherSchemeIsRefused() throws Exception {
        PipelineLog log = log("/away");
        assertThatThrownBy(() -> read(log, 1))
                .isInstanceOf(ApiException.UnexpectedStatus.class)
                .hasMessageContaining("'ftp://127.0.0.1/pipeline.log', which is not allowed");
    }
}
