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
 * Shows a run that goes on as a page in a browser: the page of the HTML report, which then gets what changes as
 * server-sent events. Whoever knows the token in {@link #url()} may read the run and its files; nothing can be changed.
 * What it shows is what is in the run's event log: add it to the listeners of the run after that. Thread-safe.
 *
 * <p>Clients cannot use up the run's file descriptors: connections beyond an eighth of them (256 at most, 16 at least) are
 * closed as they come, those whose request is not complete after 10 s are closed too. These limits are the system properties
 * of the JDK's {@code HttpServer}, and are set for the whole process unless they are set already; where a program has made
 * an {@code HttpServer} before, those of that time are in force.
 */
public final class LiveServer implements RunListener, AutoCloseable {
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);
    /** What the JDK's server takes for an empty body, and for one of unknown length. */
    private static final long EMPTY = -1;

    private static final long CHUNKED = 0;

    /** How many connections the system keeps until they are looked at: a browser need not come again in a flood. */
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
     * Begins to serve a run directory, whose run may have done something already.
     *
     * @param address where to listen; port 0: any that is free
     * @throws IOException the address is taken, or is none of this host, or the directory cannot be read
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

    /** What to open in a browser. */
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

    /** Nothing of what clients do is worth a line on the run's terminal. */
    private void handle(HttpExchange exchange) throws IOException {
        try {
            serve(exchange);
        } catch (RuntimeException | Error e) {
            if (exchange.getResponseCode() != -1) {
                throw new IOException("a page was not sent in whole", e); // the server closes the connection
            }
            answer(exchange, 500, "The page cannot be made: " + e + "\n");
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
            answer(exchange, 403, "The token is missing or wrong: use the address that atex run has shown.\n");
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

    /** {@code ""} if it is missing. */
    private static String parameter(HttpExchange exchange, String name) {
        String query = exchange.getRequestURI().getRawQuery();
        for (String each : query == null ? new String[0] : query.split("&")) {
            if (each.startsWith(name + "=")) {
                return each.substring(name.length() + 1);
            }
        }
        return "";
    }

    /** Answers with a text, and ends the connection of a client that has done something wrong. */
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
     * Sends the head of an answer.
     *
     * @param length of the body, if it is known
     * @return what must be closed when the body is complete, and then only; also after HEAD. What fails must be thrown: where
     *     a client is gone, {@link HttpExchange#close()} leaves a connection that the server counts for ever
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

    /** What a browser has that was connected before, or what is in its page. */
    private static long seen(HttpExchange exchange) {
        String last = exchange.getRequestHeaders().getFirst("Last-Event-ID");
        String version = last == null ? parameter(exchange, "since") : last;
        return version.matches("[0-9]{1,18}") ? Long.parseLong(version) : -1;
    }

    /** Lets pages have the last news, then ends all connections. */
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
