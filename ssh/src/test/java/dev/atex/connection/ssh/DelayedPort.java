package dev.atex.connection.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A port of this host that forwards connections with a delay in both directions, or with a limited bandwidth.
 */
public final class DelayedPort implements AutoCloseable {
    private final ServerSocket server;
    private final TaskScope scope = TaskScope.open("delay");
    private final String host;
    private final int port;
    private final long delay;
    private final long nanosPerByte;
    private final CountDownLatch connected = new CountDownLatch(1);

    private DelayedPort(ServerSocket server, String host, int port, Duration oneWay, long nanosPerByte) {
        this.server = server;
        this.host = host;
        this.port = port;
        this.delay = oneWay.toNanos();
        this.nanosPerByte = nanosPerByte;
    }

    /**
     * Forwards to a port with a delay.
     *
     * @param oneWay the delay in each direction
     */
    public static DelayedPort to(String host, int port, Duration oneWay) throws IOException {
        return open(host, port, oneWay, 0);
    }

    /** Forwards to a port with this many bytes per second in each direction. */
    static DelayedPort narrow(String host, int port, int bytesPerSecond) throws IOException {
        return open(host, port, Duration.ZERO, TimeUnit.SECONDS.toNanos(1) / bytesPerSecond);
    }

    private static DelayedPort open(String host, int port, Duration oneWay, long nanosPerByte) throws IOException {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        DelayedPort delayed = new DelayedPort(server, host, port, oneWay, nanosPerByte);
        delayed.scope.run("accept", delayed::accept);
        return delayed;
    }

    /** Returns the loopback port. */
    public int port() {
        return server.getLocalPort();
    }

    /** Waits for a connection. */
    void awaitConnection(Deadline deadline) throws InterruptedException {
        assertThat(connected.await(deadline.remainingNanos(), TimeUnit.NANOSECONDS))
                .isTrue();
    }

    private void accept() throws IOException {
        while (!server.isClosed()) {
            Socket near = server.accept();
            Socket far = new Socket(host, port);
            connected.countDown();
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
                    TimeUnit.NANOSECONDS.sleep(piece.due - System.nanoTime() + piece.bytes.length * nanosPerByte);
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
