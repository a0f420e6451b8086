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
    /** What the client hears of its wish for a container. */
    public enum Answer {
        /** The connection is closed. */
        NOTHING,
        /** An error, as of a server in between that did not want to wait any longer. */
        ERROR,
        /** Nothing at all. */
        SILENCE,
        /** What the service says, when the container is made. */
        TRUTH
    }

    /**
     * What becomes of a wish.
     *
     * @param answer what the client hears
     * @param delay until the service hears of it; empty: until somebody has looked for the container in vain
     */
    public record Fate(Answer answer, Optional<Duration> delay) {
        /** That of any other service. */
        public static final Fate GOOD = new Fate(Answer.TRUTH, Optional.of(Duration.ZERO));

        /** One by the clock. */
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

    /** Guards what follows. */
    private final Object lock = new Object();

    private int wishes;
    private final List<String> outcomes = new ArrayList<>();
    private final TreeMap<Integer, CompletableFuture<Void>> awaited = new TreeMap<>();

    /**
     * One that listens.
     *
     * @param fates asked once for each wish, one at a time
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

    /** One that answers the first wish like this, and makes the container when somebody has looked for it in vain. */
    static LateService once(Path socket, Path real, Answer answer) throws IOException {
        List<Fate> first = new ArrayList<>(List.of(new Fate(answer, Optional.empty())));
        return new LateService(socket, real, () -> first.isEmpty() ? Fate.GOOD : first.removeFirst());
    }

    /** Where it listens. */
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
                return; // killed within its request, which the service would refuse
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
            case SILENCE -> read(client); // until the client is gone
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

    /** Completed when so many containers were asked for, placeholders included. */
    public CompletableFuture<Void> wish(int number) {
        synchronized (lock) {
            CompletableFuture<Void> wish = awaited.computeIfAbsent(number, _ -> new CompletableFuture<>());
            if (wishes >= number) {
                wish.complete(null);
            }
            return wish;
        }
    }

    /** Completed when one more is asked for than was by now. */
    public CompletableFuture<Void> nextWish() {
        return wish(wishes() + 1);
    }

    /** Waits until somebody has asked for a container. */
    void awaitWish() throws Exception {
        wish(1).get(1, TimeUnit.MINUTES);
    }

    /** How many containers it has been asked for and has neither made nor been refused. */
    public int pending() {
        synchronized (lock) {
            return wishes - outcomes.size();
        }
    }

    /** Waits until it has made, or been refused, all that it was asked for. */
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

    /** Ids of all containers that it has made. */
    public List<String> made() {
        synchronized (lock) {
            return outcomes.stream()
                    .flatMap(response -> ID.matcher(response).results())
                    .map(id -> id.group(1))
                    .toList();
        }
    }

    /** What the service said, late, when the first container was made, or not. */
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
