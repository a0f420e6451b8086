package dev.atex.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.internal.json.Json;
import dev.atex.report.live.LiveServer;
import dev.atex.run.EventLog;
import dev.atex.run.RunEvent;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LiveServerTest {
    @TempDir
    private Path temp;

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<RunEvent> events = new ArrayList<>();
    private Path directory;
    private EventLog log;
    private LiveServer server;

    @BeforeEach
    void open() throws Exception {
        directory = SampleRun.small(temp.resolve("run"));
        try (var read = EventLog.read(directory.resolve("events.jsonl"))) {
            read.forEach(events::add);
        }
        Files.delete(directory.resolve("events.jsonl"));
        log = EventLog.open(directory.resolve("events.jsonl"));
        server = LiveServer.open(directory, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        client.close();
        log.close();
    }

    /** Passes an event on as a run does. */
    private void happen(RunEvent event) {
        log.on(event);
        server.on(event);
    }

    private void nothingHappens() {
        log.idle();
        server.idle();
    }

    private <T> HttpResponse<T> get(String path, HttpResponse.BodyHandler<T> body, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(server.url().replace("/?", path + "?")));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), body);
    }

    @Test
    void requestsWithoutTokenAreRefused() throws Exception {
        for (String url : List.of(
                server.url().replaceAll("\\?.*", ""),
                server.url() + "0",
                server.url().replaceAll("=.*", "="))) {
            HttpResponse<String> answer =
                    client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(url).isEqualTo(403);
        }
        assertThat(get("/", BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }

    @Test
    void onlyFilesOfTestsAreServedAndOnlyAsText() throws Exception {
        Files.createSymbolicLink(directory.resolve("files/out"), temp);
        Files.writeString(temp.resolve("secret"), "secret");
        for (String path : List.of(
                "/results.jsonl",
                "/files/../results.jsonl",
                "/files/%2e%2e/results.jsonl",
                "/files/out/secret",
                "/files")) {
            assertThat(get(path, BodyHandlers.ofString()).statusCode()).as(path).isEqualTo(404);
        }
        HttpResponse<String> log = get("/files/p/bad/output.txt", BodyHandlers.ofString());
        assertThat(log.body()).isEqualTo("needle in the output\n");
        assertThat(log.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
        assertThat(log.headers().firstValue("Content-Security-Policy").orElse(""))
                .startsWith("sandbox");
        HttpResponse<String> end = get("/files/p/bad/output.txt", BodyHandlers.ofString(), "Range", "bytes=-7");
        assertThat(end.statusCode()).isEqualTo(206);
        assertThat(end.body()).isEqualTo("output\n");
    }

    @Test
    void followerReceivesAllEventsUntilEnd() throws Exception {
        happen(events.getFirst());
        nothingHappens();
        HttpResponse<InputStream> stream = get("/events", BodyHandlers.ofInputStream());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            assertThat(next(lines).get("state")).isEqualTo("UNFINISHED");
            for (RunEvent event : events.subList(1, 8)) {
                happen(event);
            }
            nothingHappens();
            assertThat(next(lines).get("tests").toString()).contains("/good");
            events.subList(8, events.size()).forEach(this::happen);
            nothingHappens();
            server.close();
            Map<?, ?> last = Map.of();
            for (Map<?, ?> news = next(lines); news != null; news = next(lines)) {
                last = news;
            }
            assertThat(last.get("state")).isEqualTo("FINISHED");
            assertThat(last.get("results")).hasToString("8");
        }
    }

    @Test
    void reloadedPageIsComplete() throws Exception {
        for (RunEvent event : events.subList(0, 8)) {
            happen(event);
        }
        nothingHappens();
        assertThat(get("/", BodyHandlers.ofString()).body()).contains("\"UNFINISHED\"", "[\"/good\",\"pass\"");
        events.subList(8, events.size()).forEach(this::happen);
        nothingHappens();
        assertThat(get("/", BodyHandlers.ofString()).body()).contains("\"FINISHED\"", "[\"/bad\",\"fail\"");
    }

    @Test
    void serverOnOtherAddressNeedsToken() throws Exception {
        try (LiveServer open = LiveServer.open(directory, new InetSocketAddress("127.0.0.2", 0))) {
            assertThat(open.url()).startsWith("http://127.0.0.2:");
            for (String path : List.of("/", "/events", "/files/p/bad/output.txt")) {
                URI bare = URI.create(open.url().replaceAll("/\\?.*", path));
                assertThat(client.send(HttpRequest.newBuilder(bare).build(), BodyHandlers.ofString())
                                .statusCode())
                        .as(path)
                        .isEqualTo(403);
            }
            HttpRequest allowed = HttpRequest.newBuilder(URI.create(open.url())).build();
            assertThat(client.send(allowed, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
        }
    }

    private static Map<?, ?> next(BufferedReader lines) throws Exception {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("data: ")) {
                return (Map<?, ?>) Json.parse(line.substring("data: ".length()));
            }
        }
        return null;
    }
}
