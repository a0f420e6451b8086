package dev.atex.podman;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * In front of the socket of a service: containers that are asked for are made later, whether or not somebody still waits for
 * that, and whoever asked for one may hear something else.
 */
public final class LateService implements AutoCloseable {
    /** The answer to the request for a container. */
    public enum Answer {
        /** The connection is closed. */
        NOTHING,
        /** An error, like the timeout of a gateway. */
        ERROR,
        /** No answer. */
        SILENCE,
        /** The answer of the service, when the container is created. */
        TRUTH
    }

    /**
     * The treatment of a request.
     *
     * @param answer the answer for the client
     * @param delay the delay until the service gets the request; empty: until somebody has looked for the container in vain
     */
    public record Fate(Answer answer, Optional<Duration> delay) {
        /** The request is passed on at once. */
        public static final Fate GOOD = new Fate(Answer.TRUTH, Optional.of(Duration.ZERO));

        /** The request is passed on after this time. */
        public static Fate after(Duration delay, Answer answer) {
            return new Fate(answer, Optional.of(delay));
        }
    }

    private static final int CHUNK = 64 << 10;
    private static final Pattern ID = Pattern.compile("\"Id\": ?\"([0-9a-f]{64})\"");
    private static final Pattern LENGTH = Pattern.compile("(?i)^content-length: *([0-9]+)", Pattern.MULTILINE);

    private final Path socket;
    private final Path real;
    private final Supplier<Fate> fates;
    private final ServerSocketChannel server;
    private final CountDownLatch lookedFor = new CountDownLatch(1);

    /** Guards the fields below. */
    private final Object lock = new Object();

    private int wishes;
    private final List<String> outcomes = new ArrayList<>();
    private final TreeMap<Integer, CompletableFuture<Void>> awaited = new TreeMap<>();

    /**
     * Starts to listen.
     *
     * @param fates called once for each request, one at a time
     */
    public LateService(Path socket, Path real, Supplier<Fate> fates) throws IOException {
        this.socket = socket;
        this.real = real;
        this.fates = fates;
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        thread(() -> {
            while (true) {
                SocketChannel client = server.accept();
                thread(() -> serve(client));
            }
        });
    }

    /** Starts one that answers the first request like this, and creates the container after somebody has looked for it in vain. */
    static LateService once(Path socket, Path real, Answer answer) throws IOException {
        List<Fate> first = new ArrayList<>(List.of(new Fate(answer, Optional.empty())));
        return new LateService(socket, real, () -> first.isEmpty() ? Fate.GOOD : first.removeFirst());
    }

    /** Returns its socket. */
    public Path socket() {
        return socket;
    }

    private interface Body {
        void run() throws Exception;
    }

    private static void thread(Body body) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                body.run();
            } catch (Exception e) {
                // the connection is over
            }
        });
    }

    private void serve(SocketChannel client) throws Exception {
        try (client;
                SocketChannel service = SocketChannel.open(UnixDomainSocketAddress.of(real))) {
            thread(() -> {
                try (client) {
                    pass(service, client);
                }
            });
            for (String request = read(client); !request.isEmpty(); request = read(client)) {
                String line = request.lines().findFirst().orElse("");
                if (line.startsWith("POST ") && line.contains("/containers/create")) {
                    create(client, request);
                    return;
                }
                write(service, request);
                if (line.startsWith("GET ") && line.contains("/containers/json") && wishes() > 0) {
                    lookedFor.countDown();
                }
            }
            service.shutdownOutput();
        }
    }

    private void create(SocketChannel client, String head) throws Exception {
        StringBuilder request = new StringBuilder(head);
        while (!isWhole(request.toString())) {
            String more = read(client);
            if (more.isEmpty()) {
                return; // the client was killed in the middle of the request
            }
            request.append(more);
        }
        Fate fate = wished();
        CompletableFuture<String> made = new CompletableFuture<>();
        thread(() -> {
            String response = "";
            try {
                if (fate.delay().isPresent()) {
                    Thread.sleep(fate.delay().get());
                } else {
                    lookedFor.await();
                }
                response = ask(request.toString());
            } finally {
                made.complete(response);
                over(response);
            }
        });
        switch (fate.answer()) {
            case NOTHING -> {}
            case ERROR ->
                write(
                        client,
                        "HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\nContent-Length: 21\r\n\r\n"
                                + "{\"message\":\"timeout\"}");
            case SILENCE -> read(client); // until the client disconnects
            case TRUTH -> write(client, made.get());
        }
    }

    private static boolean isWhole(String request) {
        int end = request.indexOf("\r\n\r\n");
        Matcher length = LENGTH.matcher(request);
        return end >= 0 && (!length.find() || request.length() - end - 4 >= Integer.parseInt(length.group(1)));
    }

    /** In a connection that ends with the answer. */
    private String ask(String request) throws IOException {
        StringBuilder response = new StringBuilder();
        try (SocketChannel late = SocketChannel.open(UnixDomainSocketAddress.of(real))) {
            write(late, request.replaceFirst("\r\n", "\r\nConnection: close\r\n"));
            for (String bytes = read(late); !bytes.isEmpty(); bytes = read(late)) {
                response.append(bytes);
            }
        }
        return response.toString();
    }

    private Fate wished() {
        synchronized (lock) {
            wishes++;
            awaited.headMap(wishes, true).values().forEach(wish -> wish.complete(null));
            return fates.get();
        }
    }

    private void over(String response) {
        synchronized (lock) {
            outcomes.add(response);
            lock.notifyAll();
        }
    }

    private int wishes() {
        synchronized (lock) {
            return wishes;
        }
    }

    /** Completes after this number of requests for containers, placeholders included. */
    public CompletableFuture<Void> wish(int number) {
        synchronized (lock) {
            CompletableFuture<Void> wish = awaited.computeIfAbsent(number, _ -> new CompletableFuture<>());
            if (wishes >= number) {
                wish.complete(null);
            }
            return wish;
        }
    }

    /** Completes at the next request for a container. */
    public CompletableFuture<Void> nextWish() {
        return wish(wishes() + 1);
    }

    /** Waits for a request for a container. */
    void awaitWish() throws Exception {
        wish(1).get(1, TimeUnit.MINUTES);
    }

    /** Returns the number of requests that the service has neither processed nor refused. */
    public int pending() {
        synchronized (lock) {
            return wishes - outcomes.size();
        }
    }

    /** Waits until all requests are processed or refused. */
    public void awaitAllMade() throws InterruptedException {
        lookedFor.countDown();
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        synchronized (lock) {
            while (outcomes.size() < wishes) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    throw new IllegalStateException("a container is neither made nor refused");
                }
                TimeUnit.NANOSECONDS.timedWait(lock, left);
            }
        }
    }

    /** Returns the ids of all containers that were created. */
    public List<String> made() {
        synchronized (lock) {
            return outcomes.stream()
                    .flatMap(response -> ID.matcher(response).results())
                    .map(id -> id.group(1))
                    .toList();
        }
    }

    /** Completes with the late answer of the service to the first request. */
    String awaitOutcome() throws InterruptedException {
        awaitAllMade();
        synchronized (lock) {
            return outcomes.getFirst().lines().findFirst().orElse("");
        }
    }

    private static void pass(SocketChannel from, SocketChannel to) throws IOException {
        for (String bytes = read(from); !bytes.isEmpty(); bytes = read(from)) {
            write(to, bytes);
        }
    }

    private static String read(SocketChannel from) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
        return from.read(buffer) < 0
                ? ""
                : StandardCharsets.ISO_8859_1.decode(buffer.flip()).toString();
    }

    private static void write(SocketChannel to, String bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1));
        while (buffer.hasRemaining()) {
            to.write(buffer);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
