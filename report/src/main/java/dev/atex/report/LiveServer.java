package dev.atex.report;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.atex.concurrent.Deadline;
import dev.atex.orchestrator.RunEvent;
import dev.atex.orchestrator.RunListener;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Shows a run that goes on as a page in a browser: the page of the HTML report, which then gets what changes as
 * server-sent events. Whoever knows the token in {@link #url()} may read the run and its files; nothing can be changed.
 * What it shows is what is in the run's event log: add it to the listeners of the run after that. Thread-safe.
 */
public final class LiveServer implements RunListener, AutoCloseable {
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

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
        LiveServer live = new LiveServer(absolute, HttpServer.create(address, 0), token);
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

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var headers = exchange.getResponseHeaders();
            headers.set("X-Content-Type-Options", "nosniff");
            headers.set("Referrer-Policy", "no-referrer");
            headers.set("Cache-Control", "no-store");
            String path = exchange.getRequestURI().getPath();
            if (!exchange.getRequestMethod().equals("GET")) {
                answer(exchange, 405, "only GET\n");
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

    static void answer(HttpExchange exchange, int code, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
    }

    private void page(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
        LiveRun.Snapshot now = run.snapshot();
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            HtmlReport.page(now.report(), PageData.live(now.report(), now.version()), "", out);
        }
    }

    private void events(HttpExchange exchange) throws IOException {
        run.enter();
        try {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                run.follow(out, seen(exchange));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
