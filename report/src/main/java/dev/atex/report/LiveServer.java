package dev.atex.report;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.atex.concurrent.Deadline;
import dev.atex.orchestrator.EventLog;
import dev.atex.orchestrator.RunEvent;
import dev.atex.orchestrator.RunListener;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Shows a run that goes on as a page in a browser: the page of the HTML report, which then gets what changes as
 * server-sent events. Whoever knows the token in {@link #url()} may read the run and its files; nothing can be changed.
 * Add it to the listeners of the run. Thread-safe.
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
            live.catchUp();
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

    private void catchUp() throws IOException {
        Path log = directory.resolve("events.jsonl");
        if (Files.exists(log)) {
            try (Stream<RunEvent> events = EventLog.read(log)) {
                events.forEach(run::on);
            } catch (UncheckedIOException e) {
                throw e.getCause();
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
        run.on(event);
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
        String query = exchange.getRequestURI().getRawQuery();
        String given = query != null && query.startsWith("token=") ? query.substring("token=".length()) : "";
        return MessageDigest.isEqual(token, given.getBytes(StandardCharsets.UTF_8));
    }

    static void answer(HttpExchange exchange, int code, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
    }

    private void page(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
        RunReport now = run.report();
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            HtmlReport.page(now, new PageData(now, true).all(""), out);
        }
    }

    private void events(HttpExchange exchange) throws IOException {
        run.enter();
        try {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                run.follow(out);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            run.leave();
        }
    }

    /** Lets pages have the last news, then ends all connections. */
    @Override
    public void close() throws InterruptedException {
        run.end();
        run.awaitReaders(Deadline.after(LAST_WORDS));
        server.stop(0);
        threads.shutdownNow();
        boolean _ = threads.awaitTermination(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
    }
}
