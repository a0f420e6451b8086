package dev.atex.connection.ssh;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.ssh.config.SshHost;
import dev.atex.connection.ssh.transport.HostNames;
import dev.atex.connection.ssh.transport.HostUnknownException;
import dev.atex.connection.ssh.transport.LoginRefusedException;
import dev.atex.internal.files.FileProblems;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Waits until a server greets with {@code SSH-} (RFC 4253, section 4.2). An open port is not enough. */
final class Reachability {
    private static final Duration ONE_ATTEMPT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final String GREETING = "SSH-";
    /** A server may send other lines first. */
    private static final int LONGEST_PREFACE = 64 << 10;

    private Reachability() {}

    static void await(SshHost host, Deadline deadline) throws ConnectionException, InterruptedException {
        while (true) {
            try {
                greet(host, deadline.orAfter(ONE_ATTEMPT));
                return;
            } catch (ClosedByInterruptException e) {
                boolean _ = Thread.interrupted();
                InterruptedException interrupted = new InterruptedException("interrupted while waiting for " + host);
                interrupted.initCause(e);
                throw interrupted;
            } catch (HostUnknownException e) {
                throw e; // a host that boots has a name
            } catch (ConnectionException e) {
                if (deadline.isExpired()) {
                    throw e;
                }
            } catch (IOException e) {
                if (deadline.isExpired()) {
                    throw new ConnectionException(host + ": not reachable in time: " + reason(e), e);
                }
            }
            Thread.sleep(deadline.orAfter(PAUSE).remaining()); // there is no event for a port that opens
        }
    }

    static void awaitLogin(SshConnection connection, Deadline deadline)
            throws ConnectionException, InterruptedException {
        while (true) {
            try {
                connection.connect(deadline);
                return;
            } catch (LoginRefusedException | HostUnknownException e) {
                throw e;
            } catch (ConnectionException e) {
                if (deadline.isExpired()) {
                    throw e;
                }
            }
            Thread.sleep(deadline.orAfter(PAUSE).remaining());
        }
    }

    private static void greet(SshHost host, Deadline deadline)
            throws IOException, ConnectionException, InterruptedException {
        InetAddress address = HostNames.address(host, host.hostName(), deadline);
        try (SocketChannel channel = SocketChannel.open()) {
            channel.socket().connect(new InetSocketAddress(address, host.port()), millis(deadline));
            InputStream in = channel.socket().getInputStream();
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < LONGEST_PREFACE; i++) {
                channel.socket().setSoTimeout(millis(deadline));
                int next = in.read();
                if (next < 0) {
                    throw new IOException("the server closed the connection without a greeting");
                }
                if (next == '\n') {
                    line.setLength(0);
                } else {
                    line.append((char) next);
                }
                if (GREETING.contentEquals(line)) {
                    channel.write(ByteBuffer.wrap("SSH-2.0-atex\r\n".getBytes(StandardCharsets.US_ASCII)));
                    return;
                }
            }
            throw new IOException("the port is not that of an SSH server");
        }
    }

    private static String reason(IOException e) {
        return e instanceof SocketTimeoutException ? "no answer" : FileProblems.of(e);
    }

    private static int millis(Deadline deadline) {
        return (int) Math.max(
                1, Math.min(ONE_ATTEMPT.toMillis(), deadline.remaining().toMillis()));
    }
}
