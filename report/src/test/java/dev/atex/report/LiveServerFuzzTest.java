package dev.atex.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.fuzz.Fuzz;
import dev.atex.report.live.LiveServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Any requests, most of them with the token ({@code @TOKEN@} in the corpus). */
@Timeout(value = 1, unit = TimeUnit.DAYS)
class LiveServerFuzzTest {
    private static final String SECRET = "nobody may read this";
    private static final int LONGEST_ANSWER_MILLIS = 30_000;

    @TempDir
    private Path temp;

    private final Queue<Object> printed = new ConcurrentLinkedQueue<>();
    private final Logger logger = Logger.getLogger("com.sun.net.httpserver");
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord message) {
            printed.add(message.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private LiveServer server;
    private URI url;
    private int count;

    @BeforeEach
    void open() throws Exception {
        Path directory = SampleRun.small(temp.resolve("run"));
        Files.writeString(temp.resolve("secret"), SECRET);
        Files.writeString(directory.resolve("run.json"), SECRET);
        Files.createSymbolicLink(directory.resolve("files/out"), temp);
        Files.createSymbolicLink(directory.resolve("files/link"), temp.resolve("secret"));
        server = LiveServer.open(directory, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        url = URI.create(server.url());
        logger.addHandler(handler);
        Thread.setDefaultUncaughtExceptionHandler((_, e) -> printed.add(e));
    }

    @AfterEach
    void close() throws Exception {
        Thread.setDefaultUncaughtExceptionHandler(null);
        logger.removeHandler(handler);
        server.close();
    }

    @Test
    void everyRequestIsAnsweredOrRefused() throws Exception {
        String token = url.getQuery().substring("token=".length());
        Fuzz.of(
                        LiveServerFuzzTest.class,
                        "http",
                        "@TOKEN@",
                        "\r\n",
                        "\r\n\r\n",
                        "GET /",
                        "HEAD /",
                        "../",
                        "%2e%2e/",
                        "%00",
                        "%",
                        "//",
                        "Content-Length: ",
                        "Transfer-Encoding: chunked",
                        "Expect: 100-continue",
                        "Range: bytes=",
                        " HTTP/1.1")
                .check(input -> {
                    String request = new String(input, StandardCharsets.ISO_8859_1).replace("@TOKEN@", token);
                    String answer = answer(request);
                    assertThat(answer).doesNotContain(SECRET).matches("(?s)|HTTP/1\\.1 [1-5]\\d\\d .*");
                    assertThat(printed).isEmpty();
                    if (count++ % 100 == 0) {
                        assertThat(answer("GET /?token=" + token + " HTTP/1.0\r\n\r\n"))
                                .startsWith("HTTP/1.1 200 ")
                                .contains("<title>");
                    }
                });
    }

    private String answer(String request) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout(LONGEST_ANSWER_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[1 << 16];
            boolean endless = false;
            for (int n = in.read(buffer); n >= 0 && !endless; n = endless ? -1 : in.read(buffer)) {
                answer.write(buffer, 0, n);
                endless = answer.toString(StandardCharsets.ISO_8859_1).contains("\r\nContent-type: text/event-stream");
            }
        } catch (SocketException e) {
            assertThat(e).hasMessageMatching("(?s).*(reset|pipe).*"); // refused before it was read completely
        }
        return answer.toString(StandardCharsets.ISO_8859_1);
    }
}
