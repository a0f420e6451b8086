package dev.atex.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients without the token try to take all of a run's 1,024 file descriptors. */
@Timeout(300)
@Tag("slow")
class FloodTest {
    private static final int CLIENTS = 5000;
    private static final int DESCRIPTORS = 1024;

    @TempDir
    private Path temp;

    private final List<SocketChannel> clients = new ArrayList<>();
    private Path directory;
    private Path errors;
    private Process run;
    private BufferedReader said;
    private OutputStream orders;
    private URI url;
    private boolean leaving;

    @BeforeEach
    void begin() throws Exception {
        directory = Files.createDirectory(temp.resolve("run"));
        errors = temp.resolve("errors");
        run = new ProcessBuilder(
                        "bash",
                        "-c",
                        "ulimit -n " + DESCRIPTORS + " && exec \"$@\"",
                        "bash",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServedRun.class.getName(),
                        directory.toString())
                .redirectError(errors.toFile())
                .start();
        said = run.inputReader(StandardCharsets.UTF_8);
        orders = run.getOutputStream();
        url = URI.create(said.readLine());
    }

    @AfterEach
    void end() throws Exception {
        for (SocketChannel client : clients) {
            client.close();
        }
        run.destroyForcibly().waitFor();
    }

    private void store(int count) throws IOException {
        orders.write((count + "\n").getBytes(StandardCharsets.US_ASCII));
        orders.flush();
    }

    /** Connects and sends the beginning of a request while the run stores results. */
    private void flood(String beginning) throws Exception {
        byte[] bytes = beginning.getBytes(StandardCharsets.ISO_8859_1);
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), url.getPort());
        int most = 0;
        for (int i = 1; i <= CLIENTS; i++) {
            if (i % 500 == 0) {
                store(100);
                most = Math.max(most, descriptors());
            }
            SocketChannel client = SocketChannel.open(address);
            client.setOption(StandardSocketOptions.SO_LINGER, 0);
            clients.add(client);
            try {
                client.write(ByteBuffer.wrap(bytes));
            } catch (IOException e) {
                assertThat(e).hasMessageMatching("(?s).*(reset|pipe).*"); // it is refused already
            }
            if (leaving) {
                client.close();
            }
        }
        for (int i = 0; i < CLIENTS / 500; i++) {
            assertThat(said.readLine()).isEqualTo("stored");
        }
        assertThat(most).as("open descriptors of the run").isLessThan(DESCRIPTORS / 2);
    }

    private int descriptors() throws IOException {
        int count = 0;
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/" + run.pid() + "/fd"))) {
            for (Path _ : open) {
                count++;
            }
        }
        return count;
    }

    /** Asserts that the run stored its results, still serves clients, and printed nothing. */
    private void assertUnharmed() throws Exception {
        assertThat(answerWhenThereIsRoom().body()).contains("<title>");
        orders.close();
        assertThat(said.readLine()).isNull();
        assertThat(run.waitFor()).isZero();
        assertThat(errors).isEmptyFile();
        int tests = CLIENTS / 500 * 100;
        assertThat(Files.readAllLines(directory.resolve("results.jsonl"))).hasSize(tests);
        for (int i = 1; i <= tests; i++) {
            assertThat(directory.resolve("files/p/test" + i + "/output.txt")).hasContent("output of " + i + "\n");
        }
    }

    private HttpResponse<String> answerWhenThereIsRoom() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (true) { // until the connections that send nothing time out
                try {
                    return client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString());
                } catch (IOException e) {
                    Thread.sleep(5); // the process that it waits for needs the CPU
                }
            }
        }
    }

    @Test
    void halfOpenConnectionsDoNotHarmRun() throws Exception {
        flood("");
        assertUnharmed();
    }

    @Test
    void connectionsThatSendOneByteDoNotHarmRun() throws Exception {
        flood("G");
        assertUnharmed();
    }

    @Test
    void endlessHeadersDoNotHarmRun() throws Exception {
        flood("GET /?token=0 HTTP/1.1\r\nHost: " + "h".repeat(20_000));
        assertUnharmed();
    }

    @Test
    void headIsAnsweredWithoutOutput() throws Exception {
        flood("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
        assertUnharmed();
    }

    @Test
    void garbageIsAnsweredWithoutOutput() throws Exception {
        flood("\u00ff\u0000 a:b BREW\r\n\r\n");
        assertUnharmed();
    }

    @Test
    void clientThatLeavesEarlyIsNotCountedForever() throws Exception {
        leaving = true;
        flood("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        assertUnharmed();
    }
}
