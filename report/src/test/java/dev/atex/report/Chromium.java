package dev.atex.report;

import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** A headless browser, controlled by the Chrome DevTools Protocol. Thread-safe. */
public final class Chromium implements AutoCloseable {
    private static final String LISTENING = "DevTools listening on ";
    private static final long LONGEST_SECONDS = 120;

    private final Process process;
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<Map<String, Object>>> answers = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Void>> loads = new ConcurrentHashMap<>();
    private WebSocket socket;

    private Chromium(Process process) {
        this.process = process;
    }

    /** Returns the program; empty if it is not installed. */
    public static Optional<Path> find() {
        for (String directory : System.getenv("PATH").split(":")) {
            for (String name : List.of("chromium", "chromium-browser", "google-chrome")) {
                Path program = Path.of(directory, name);
                if (Files.isExecutable(program)) {
                    return Optional.of(program);
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Starts the browser.
     *
     * @param profile a directory for its data
     */
    public static Chromium start(Path profile) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(find().orElseThrow().toString(), "--headless", "--no-sandbox"));
        command.addAll(List.of("--disable-gpu", "--hide-scrollbars", "--remote-debugging-port=0"));
        command.addAll(List.of("--user-data-dir=" + profile, "about:blank"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("TMPDIR", profile.toString());
        Process process = builder.start();
        Chromium chromium = new Chromium(process);
        boolean connected = false;
        try {
            chromium.connect();
            connected = true;
            return chromium;
        } finally {
            if (!connected) {
                chromium.close();
            }
        }
    }

    private void connect() throws IOException, InterruptedException {
        BufferedReader said = process.errorReader(StandardCharsets.UTF_8);
        String line = said.readLine();
        while (line != null && !line.startsWith(LISTENING)) {
            line = said.readLine();
        }
        if (line == null) {
            throw new IOException("chromium ended");
        }
        Thread.ofPlatform().daemon().start(() -> {
            try {
                while (said.readLine() != null) {} // its output must go somewhere
            } catch (IOException e) {
                // it has exited
            }
        });
        socket = await(client.newWebSocketBuilder()
                .buildAsync(URI.create(line.substring(LISTENING.length())), new Listener()));
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
            message.append(text);
            if (last) {
                heard(message.toString());
                message.setLength(0);
            }
            from.request(1);
            return null;
        }
    }

    @SuppressWarnings("unchecked") // Json creates no other maps
    private static Map<String, Object> parse(String text) {
        try {
            return (Map<String, Object>) Json.parse(text);
        } catch (JsonException e) {
            throw new IllegalStateException(e);
        }
    }

    private void heard(String text) {
        Map<String, Object> message = parse(text);
        if (message.get("id") != null) {
            CompletableFuture<Map<String, Object>> answer =
                    answers.remove(Integer.parseInt(message.get("id").toString()));
            if (answer != null) {
                answer.complete(message);
            }
        } else if ("Page.loadEventFired".equals(message.get("method"))) {
            load((String) message.get("sessionId")).complete(null);
        }
    }

    private CompletableFuture<Void> load(String session) {
        return loads.computeIfAbsent(session, _ -> new CompletableFuture<>());
    }

    private static <T> T await(CompletableFuture<T> future) throws IOException, InterruptedException {
        try {
            return future.get(LONGEST_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(e);
        }
    }

    private Map<?, ?> call(String session, String method, Map<String, Object> parameters)
            throws IOException, InterruptedException {
        int id = ids.incrementAndGet();
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("id", id);
        if (!session.isEmpty()) {
            message.put("sessionId", session);
        }
        message.put("method", method);
        message.put("params", parameters);
        CompletableFuture<Map<String, Object>> answer = new CompletableFuture<>();
        answers.put(id, answer);
        synchronized (this) { // one text at a time
            WebSocket _ = await(socket.sendText(Json.write(message), true));
        }
        Map<String, Object> result = await(answer);
        if (!(result.get("result") instanceof Map<?, ?> map)) {
            throw new IOException(method + ": " + result);
        }
        return map;
    }

    /** Opens a page and waits until it is loaded and its script has run. */
    public Tab open(String url, int width, int height) throws IOException, InterruptedException {
        String target = (String)
                call("", "Target.createTarget", Map.of("url", "about:blank")).get("targetId");
        String session = (String) call("", "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .get("sessionId");
        Tab tab = new Tab(target, session);
        Map<String, Object> size = new HashMap<>(Map.of("width", width, "height", height, "mobile", width < 600));
        size.put("deviceScaleFactor", 1);
        call(session, "Emulation.setDeviceMetricsOverride", size);
        call(session, "Page.enable", Map.of());
        tab.navigate(url);
        return tab;
    }

    /** A page. */
    public final class Tab implements AutoCloseable {
        private final String target;
        private final String session;

        private Tab(String target, String session) {
            this.target = target;
            this.session = session;
        }

        /** Opens a URL. */
        public void navigate(String url) throws IOException, InterruptedException {
            loads.remove(session);
            CompletableFuture<Void> loaded = load(session);
            Map<?, ?> _ = call(session, "Page.navigate", Map.of("url", url));
            Void _ = await(loaded);
        }

        /** Reloads the page. */
        public void reload() throws IOException, InterruptedException {
            loads.remove(session);
            CompletableFuture<Void> loaded = load(session);
            Map<?, ?> _ = call(session, "Page.reload", Map.of());
            Void _ = await(loaded);
        }

        /** Selects dark or light mode, as the system would. */
        public void scheme(String scheme) throws IOException, InterruptedException {
            Map<?, ?> _ = call(
                    session,
                    "Emulation.setEmulatedMedia",
                    Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        }

        /** Returns the result of an asynchronous function with this body. */
        public Object run(String script) throws IOException, InterruptedException {
            Map<?, ?> answer = call(
                    session,
                    "Runtime.evaluate",
                    Map.of(
                            "expression",
                                    "(async () => JSON.stringify(await (async () => {\n" + script
                                            + "\n})() ?? null))()",
                            "awaitPromise", true,
                            "returnByValue", true));
            if (answer.get("exceptionDetails") != null) {
                throw new IOException(answer.toString());
            }
            String text = (String) ((Map<?, ?>) answer.get("result")).get("value");
            try {
                return Json.parse(text);
            } catch (JsonException e) {
                throw new IOException(text, e);
            }
        }

        /** Returns the time of the first paint, in seconds since the request. */
        public double firstPaint() throws IOException, InterruptedException {
            Object milliseconds = run("""
                    const seen = performance.getEntriesByName('first-contentful-paint')[0];
                    return seen ? seen.startTime : new Promise(found => new PerformanceObserver(list => {
                      for (const each of list.getEntriesByName('first-contentful-paint')) found(each.startTime);
                    }).observe({ type: 'paint', buffered: true }));
                    """);
            return Double.parseDouble(milliseconds.toString()) / 1000;
        }

        /** Takes a screenshot of the visible part. */
        public void screenshot(Path png) throws IOException, InterruptedException {
            String data =
                    (String) call(session, "Page.captureScreenshot", Map.of()).get("data");
            Files.write(png, Base64.getDecoder().decode(data));
        }

        @Override
        public void close() throws IOException, InterruptedException {
            Map<?, ?> _ = call("", "Target.closeTarget", Map.of("targetId", target));
        }
    }

    @Override
    public void close() throws InterruptedException {
        client.shutdownNow();
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        try {
            process.errorReader().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
