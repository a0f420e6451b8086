package dev.atex.testingfarm.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.atex.concurrent.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Downloads of small files from a real server. */
@Timeout(120)
class DownloadTest {
    private static final int MOST = 1 << 20;

    @TempDir
    private Path directory;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch end = new CountDownLatch(1);
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        serve(server);
    }

    private void serve(HttpServer made) {
        made.setExecutor(threads);
        made.createContext("/", this::answer);
        made.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
        threads.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String login = exchange.getRequestHeaders().getFirst("Authorization");
        asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + (login == null ? "" : " " + login));
        try (exchange;
                OutputStream body = exchange.getResponseBody()) {
            switch (exchange.getRequestURI().getPath()) {
                case "/file" -> {
                    byte[] text = "A=é\n".getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, text.length);
                    body.write(text);
                }
                case "/full" -> {
                    exchange.sendResponseHeaders(200, 0);
                    body.write(new byte[MOST]);
                }
                case "/long" -> {
                    exchange.sendResponseHeaders(200, 0);
                    body.write(new byte[MOST + 1]);
                }
                case "/elsewhere" -> {
                    exchange.getResponseHeaders().add("Location", "https://me:secret@other.example/x?token=secret");
                    exchange.sendResponseHeaders(302, -1);
                }
                case "/slow" -> {
                    exchange.sendResponseHeaders(200, 0);
                    body.write('A');
                    body.flush();
                    await();
                }
                case "/silent" -> await();
                default -> exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private void await() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private URI at(String rest) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + rest);
    }

    private static String get(URI url) throws IOException, InterruptedException {
        return get(Network.DIRECT, url);
    }

    private static String get(Network network, URI url) throws IOException, InterruptedException {
        return Download.text(network, url, MOST, Deadline.after(Duration.ofMinutes(1)));
    }

    @Test
    void downloadReturnsBody() throws Exception {
        assertThat(get(at("/file?a=b"))).isEqualTo("A=é\n");
        assertThat(asked).containsExactly("GET /file?a=b");
        assertThat(get(at("/full"))).hasSize(MOST);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /nowhere   | /nowhere: the answer is 404
            /long      | /long: it is longer than 1048576 bytes
            /elsewhere | /elsewhere: the answer is 302, which leads to https://other.example/x: use that URL
            """)
    void failedDownloadsAreErrors(String path, String message) {
        URI secret = URI.create(at(path + "?token=secret").toString().replace("://", "://me:secret@"));
        assertThatThrownBy(() -> get(secret))
                .isInstanceOf(IOException.class)
                .hasMessage("http://127.0.0.1:" + server.getAddress().getPort() + message);
        assertThat(asked).containsExactly("GET " + path + "?token=secret Basic bWU6c2VjcmV0");
    }

    /** Parts of the URL may be secret. */
    @Test
    void messagesShowNameInsteadOfUrl() {
        assertThatThrownBy(() -> get(at("/nowhere"), "$WHERE/x")).hasMessage("$WHERE/x: the answer is 404");
        assertThatThrownBy(() -> get(at("/elsewhere"), "$WHERE"))
                .hasMessage("$WHERE: the answer is 302, which leads to another place: use that URL");
        assertThatThrownBy(() -> get(URI.create("http://name.invalid/x"), "http://$NAME/x"))
                .hasMessageStartingWith("http://$NAME/x: the name 'the host' cannot be resolved");
    }

    private static String get(URI url, String shown) throws IOException, InterruptedException {
        return Download.text(Network.DIRECT, url, shown, MOST, Deadline.after(Duration.ofMinutes(1)));
    }

    @ParameterizedTest
    @CsvSource({"/slow", "/silent"})
    void deadlineEndsDownload(String path) {
        assertThatThrownBy(() -> Download.text(Network.DIRECT, at(path), MOST, Deadline.after(Duration.ofMillis(300))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(path + ": the download did not end in time");
    }

    @Test
    void refusedConnectionIsExplained() throws Exception {
        URI gone = at("/file");
        server.stop(0);
        assertThatThrownBy(() -> get(gone)).hasMessage(gone + ": nothing listens there");
        assertThatThrownBy(() -> get(URI.create("http:///x"))).hasMessageContaining("has no host");
        assertThatThrownBy(() -> get(URI.create("http://name.invalid/x")))
                .hasMessageContaining("'name.invalid' cannot be resolved");
    }

    @Test
    void downloadUsesProxyOfEnvironment() throws Exception {
        try (RecordingProxy proxy = new RecordingProxy(server.getAddress().getPort(), "Basic bWU6cGFzcw==")) {
            Network network = Network.of(Map.of("http_proxy", "http://me:pass@127.0.0.1:" + proxy.port()));
            assertThat(get(network, URI.create("http://files.example.com/file")))
                    .isEqualTo("A=é\n");
            assertThat(proxy.heads()).singleElement().asString().contains("http://files.example.com/file");
            Network without = Network.of(
                    Map.of("http_proxy", "http://me:pass@127.0.0.1:" + proxy.port(), "no_proxy", "127.0.0.1"));
            assertThat(get(without, at("/file"))).isEqualTo("A=é\n");
            assertThat(proxy.heads()).hasSize(1);
        }
    }

    @Test
    void namedAuthorityIsTrusted() throws Exception {
        Path keys = directory.resolve("keys.p12");
        Path certificate = directory.resolve("ca.pem");
        keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=test", "-ext", "SAN=ip:127.0.0.1", "-keystore", keys);
        keytool("-exportcert", "-rfc", "-file", certificate, "-keystore", keys);
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, "password".toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, "password".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer secure = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(context));
        serve(secure);
        try {
            URI url = URI.create("https://127.0.0.1:" + secure.getAddress().getPort() + "/file");
            assertThat(get(Network.of(Map.of("SSL_CERT_FILE", certificate.toString())), url))
                    .isEqualTo("A=é\n");
            assertThatThrownBy(() -> get(url))
                    .hasMessageContaining(url + ": the certificate of 127.0.0.1:")
                    .hasMessageContaining("SSL_CERT_FILE");
        } finally {
            secure.stop(0);
        }
    }

    private static void keytool(Object... arguments) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        command.addAll(List.of("-storepass", "password", "-alias", "one"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
    }
}
