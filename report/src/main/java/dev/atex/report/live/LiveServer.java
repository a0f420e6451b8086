package dev.atex.report.live;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.atex.concurrent.Deadline;
import dev.atex.report.page.HtmlPage;
import dev.atex.report.page.PageData;
import dev.atex.run.RunEvent;
import dev.atex.run.RunListener;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Serves a running run as a web page: the page of the HTML report, which then receives changes as server-sent events.
 * Anyone who knows the token in {@link #url()} can read the run and its files; nothing can be changed. The page shows
 * the content of the run's event log: add this server to the run's listeners after the log. Thread-safe.
 *
 * <p>Clients cannot exhaust the run's file descriptors: connections beyond an eighth of them (at least 16, at most
 * 256) are closed at once, as are those whose request is not complete after 10 s. These limits are system properties
 * of the JDK's {@code HttpServer}. They are set for the whole process unless they are already set; if a program has
 * created an {@code HttpServer} before, the limits of that time apply.
 */
public final class LiveServer implements RunListener, AutoCloseable {
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);
    /** The JDK server's lengths for an empty body and for a body of unknown length. */
    private static final long EMPTY = -1;

    private static final long CHUNKED = 0;

    /** The number of connections that the system queues. */
    private static final int BACKLOG = 1024;

    static {
        ServerLimits.set();
    }

    private final Path directory;
    private final HttpServer server;
    private final ExecutorService threads;
    private final byte[] token;
    private final LiveRun run;

    private LiveServer(Path directory, HttpServer server, byte[] token) {
        this.directory = directory;
        this.server = server;
        this.token = token;
        this.run = new LiveRun(directory);
        threads = Executors.newVirtualThreadPerTaskExecutor();
    }

    /**
     * Starts serving a run directory, whose run may have started already.
     *
     * @param address where to listen; port 0 for any free port
     * @throws IOException if the address is in use or not of this host, or the directory cannot be read
     */
    public static LiveServer open(Path directory, InetSocketAddress address) throws IOException {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        byte[] token = HexFormat.of().formatHex(random).getBytes(StandardCharsets.US_ASCII);
        Path absolute = directory.toAbsolutePath().normalize();
        LiveServer live = new LiveServer(absolute, HttpServer.create(address, BACKLOG), token);
        boolean open = false;
        try {
            LiveRun.Snapshot _ = live.run.snapshot();
            live.server.setExecutor(live.threads);
            live.server.createContext("/", live::handle);
            live.server.start();
            open = true;
            return live;
        } finally {
            if (!open) {
                live.server.stop(0);
                live.threads.close();
            }
        }
    }

    /** Returns the URL to open in a browser. */
    public String url() {
        InetSocketAddress address = server.getAddress();
        String host = address.getAddress().isAnyLocalAddress() ? "localhost" : address.getHostString();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort() + "/?token="
                + new String(token, StandardCharsets.US_ASCII);
    }

    @Override
    public void on(RunEvent event) {
        run.changed();
    }

    @Override
    public void idle() {
        run.changed();
    }

    /** Handles a request without printing anything: errors of clients must not clutter the run's terminal. */
    private void handle(HttpExchange exchange) throws IOException {
        try {
            serve(exchange);
        } catch (RuntimeException | Error e) {
            if (exchange.getResponseCode() != -1) {
                throw new IOException("a page was not sent completely", e); // the server closes the connection
            }
            answer(exchange, 500, "Cannot create the page: " + e + "\n");
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        var headers = exchange.getResponseHeaders();
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cache-Control", "no-store");
        String path = exchange.getRequestURI().getPath();
        if (!exchange.getRequestMethod().equals("GET") && !isHead(exchange)) {
            headers.set("Allow", "GET, HEAD");
            answer(exchange, 405, "only GET and HEAD\n");
        } else if (!isAllowed(exchange)) {
            answer(exchange, 403, "The token is missing or wrong: use the URL that atex run printed.\n");
        } else if (path.equals("/")) {
            page(exchange);
        } else if (path.equals("/events")) {
            events(exchange);
        } else {
            ServedFile.send(exchange, directory, path.substring(1));
        }
    }

    static boolean isHead(HttpExchange exchange) {
        return exchange.getRequestMethod().equals("HEAD");
    }

    private boolean isAllowed(HttpExchange exchange) {
        String given = parameter(exchange, "token");
        return MessageDigest.isEqual(token, given.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns a query parameter; {@code ""} if it is missing. */
    private static String parameter(HttpExchange exchange, String name) {
        String query = exchange.getRequestURI().getRawQuery();
        for (String each : query == null ? new String[0] : query.split("&")) {
            if (each.startsWith(name + "=")) {
                return each.substring(name.length() + 1);
            }
        }
        return "";
    }

    /** Answers with a text and closes the connection, after an invalid request. */
    static void answer(HttpExchange exchange, int code, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.getResponseHeaders().set("Connection", "close");
        OutputStream out = begin(exchange, code, OptionalLong.of(body.length));
        if (!isHead(exchange)) {
            out.write(body);
        }
        out.close();
    }

    /**
     * Sends the head of a response.
     *
     * @param length the length of the body, if known
     * @return the body, to be closed when it is complete, also after HEAD, and not before. Exceptions must be thrown:
     *     if the client is gone, {@link HttpExchange#close()} leaves a connection that the server counts forever
     */
    static OutputStream begin(HttpExchange exchange, int code, OptionalLong length) throws IOException {
        if (isHead(exchange)) {
            length.ifPresent(bytes -> exchange.getResponseHeaders().set("Content-Length", Long.toString(bytes)));
            exchange.sendResponseHeaders(code, EMPTY);
        } else {
            long bytes = length.orElse(CHUNKED);
            exchange.sendResponseHeaders(code, length.isPresent() && bytes == 0 ? EMPTY : bytes);
        }
        return exchange.getResponseBody();
    }

    private void page(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
        LiveRun.Snapshot now = run.snapshot();
        OutputStream out = begin(exchange, 200, OptionalLong.empty());
        if (!isHead(exchange)) {
            HtmlPage.write(now.report(), PageData.live(now.report(), now.version()), "", out);
        }
        out.close();
    }

    private void events(HttpExchange exchange) throws IOException {
        if (!run.enter(ServerLimits.FOLLOWERS)) {
            answer(exchange, 503, "Too many pages of this run are open.\n");
            return;
        }
        try {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            OutputStream out = begin(exchange, 200, OptionalLong.empty());
            if (!isHead(exchange)) {
                run.follow(out, seen(exchange));
            }
            out.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the run has ended");
        } finally {
            run.leave();
        }
    }

    /** Returns the version that a reconnecting browser, or its page, has. */
    private static long seen(HttpExchange exchange) {
        String last = exchange.getRequestHeaders().getFirst("Last-Event-ID");
        String version = last == null ? parameter(exchange, "since") : last;
        return version.matches("[0-9]{1,18}") ? Long.parseLong(version) : -1;
    }

    /** Sends the last update to all pages, then closes all connections. */
    @Override
    public void close() throws InterruptedException {
        run.end();
        run.awaitReaders(Deadline.after(LAST_WORDS));
        server.stop(0);
        threads.shutdownNow();
        boolean _ = threads.awaitTermination(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
        run.close();
    }
}
