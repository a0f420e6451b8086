package dev.atex.podman;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * In front of the socket of a docker service: the first container that is asked for is made when somebody has looked for
 * it in vain, and whoever asked for it hears something else.
 */
final class LateService implements AutoCloseable {
    /** What the client hears of its wish for a container. */
    enum Answer {
        /** The connection is closed. */
        NOTHING,
        /** An error, as of a server in between that did not want to wait any longer. */
        ERROR,
        /** Nothing, until the container is made. */
        SLOW
    }

    private static final int CHUNK = 64 << 10;

    private final Path real;
    private final Answer answer;
    private final ServerSocketChannel server;
    private final AtomicBoolean asked = new AtomicBoolean();
    private final CountDownLatch wanted = new CountDownLatch(1);
    private final CountDownLatch lookedFor = new CountDownLatch(1);
    private final CompletableFuture<String> outcome = new CompletableFuture<>();

    LateService(Path socket, Path real, Answer answer) throws IOException {
        this.real = real;
        this.answer = answer;
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        thread(() -> {
            while (true) {
                SocketChannel client = server.accept();
                thread(() -> serve(client));
            }
        });
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
                if (line.startsWith("POST ")
                        && line.contains("/containers/create")
                        && asked.compareAndSet(false, true)) {
                    create(client, request);
                    return;
                }
                write(service, request);
                if (line.startsWith("GET ") && line.contains("/containers/json") && asked.get()) {
                    lookedFor.countDown();
                }
            }
            service.shutdownOutput();
        }
    }

    private void create(SocketChannel client, String head) throws Exception {
        String request = head;
        while (!isWhole(request)) {
            request += read(client);
        }
        String whole = request;
        wanted.countDown();
        thread(() -> {
            lookedFor.await();
            try (SocketChannel late = SocketChannel.open(UnixDomainSocketAddress.of(real))) {
                write(late, whole);
                outcome.complete(read(late));
            }
        });
        switch (answer) {
            case NOTHING -> {}
            case ERROR ->
                write(
                        client,
                        "HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\nContent-Length: 21\r\n\r\n"
                                + "{\"message\":\"timeout\"}");
            case SLOW -> read(client); // until the client is gone
        }
    }

    private static boolean isWhole(String request) {
        int end = request.indexOf("\r\n\r\n");
        String length = request.lines()
                .filter(line -> line.startsWith("Content-Length: "))
                .findFirst()
                .orElse("Content-Length: 0");
        return end >= 0 && request.length() - end - 4 >= Integer.parseInt(length.substring(16));
    }

    /** Waits until somebody has asked for a container. */
    void awaitWish() throws InterruptedException {
        if (!wanted.await(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("nobody wants a container");
        }
    }

    /** What the service said, late, when the container was made, or not. */
    String awaitOutcome() throws Exception {
        lookedFor.countDown();
        return outcome.get(1, TimeUnit.MINUTES).lines().findFirst().orElse("");
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
