package dev.atex.libvirt;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Chooses free TCP ports. */
final class Ports {
    private Ports() {}

    /** Returns a port of 127.0.0.1 that nobody listens to at the moment. */
    static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
