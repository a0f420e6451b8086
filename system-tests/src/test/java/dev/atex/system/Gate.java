package dev.atex.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A port of this host at which a test on a virtual machine waits; machines see this host as 10.0.2.2. */
final class Gate implements AutoCloseable {
    /** A machine that boots beside other tests may take minutes. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final ServerSocket server;

    private Gate(ServerSocket server) {
        this.server = server;
    }

    static Gate create() throws IOException {
        ServerSocket server = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
        server.setSoTimeout((int) PATIENCE.toMillis());
        return new Gate(server);
    }

    /** Returns a command of bash that waits until the gate opens, and fails at once if there is none any more. */
    String command() {
        return "exec 9<>/dev/tcp/10.0.2.2/" + server.getLocalPort() + " && read -r -u 9";
    }

    /** Waits until somebody waits at the gate. */
    Socket arrival() throws IOException {
        return server.accept();
    }

    static void open(Socket waiting) throws IOException {
        try (waiting) {
            waiting.getOutputStream().write("go\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
