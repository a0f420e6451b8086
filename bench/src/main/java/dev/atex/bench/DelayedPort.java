package dev.atex.bench;

import dev.atex.concurrent.TaskScope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A port of this host whose connections go to another one, every byte a fixed time later: a long way, in both directions. */
final class DelayedPort implements AutoCloseable {
    private final ServerSocket server;
    private final TaskScope scope = TaskScope.open("delay");
    private final String host;
    private final int port;
    private final long delay;

    private DelayedPort(ServerSocket server, String host, int port, Duration oneWay) {
        this.server = server;
        this.host = host;
        this.port = port;
        this.delay = oneWay.toNanos();
    }

    /**
     * To a port somewhere.
     *
     * @param oneWay half of a round trip
     */
    static DelayedPort to(String host, int port, Duration oneWay) throws IOException {
        DelayedPort delayed =
                new DelayedPort(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), host, port, oneWay);
        delayed.scope.run("accept", delayed::accept);
        return delayed;
    }

    /** On loopback. */
    int port() {
        return server.getLocalPort();
    }

    private void accept() throws IOException {
        while (!server.isClosed()) {
            Socket near = server.accept();
            Socket far = new Socket(host, port);
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            pump(near, far);
            pump(far, near);
        }
    }

    private record Piece(byte[] bytes, long due) {}

    private void pump(Socket from, Socket to) {
        LinkedBlockingQueue<Piece> way = new LinkedBlockingQueue<>();
        scope.run("in", () -> {
            byte[] buffer = new byte[64 << 10];
            try (from) {
                for (int n = from.getInputStream().read(buffer);
                        n >= 0;
                        n = from.getInputStream().read(buffer)) {
                    way.add(new Piece(java.util.Arrays.copyOf(buffer, n), System.nanoTime() + delay));
                }
            } finally {
                way.add(new Piece(new byte[0], System.nanoTime() + delay));
            }
        });
        scope.run("out", () -> {
            try (to) {
                for (Piece piece = way.take(); piece.bytes.length > 0; piece = way.take()) {
                    TimeUnit.NANOSECONDS.sleep(piece.due - System.nanoTime());
                    to.getOutputStream().write(piece.bytes);
                }
            }
        });
    }

    @Override
    public void close() throws IOException {
        server.close();
        scope.close();
    }
}
