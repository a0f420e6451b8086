package dev.atex.connection.ssh.mina;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Exit;
import dev.atex.connection.ssh.mina.output.DiscardFlow;
import dev.atex.connection.ssh.mina.output.Flow;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.sshd.client.channel.ChannelSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.RemoteWindow;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;

/**
 * A session channel that runs one command. Unlike MINA's own class it can be opened before the command is known, ends when the
 * command exits even if its streams stay open, and can stop reading without closing.
 */
final class ExecChannel extends ChannelSession {
    private static final String EXIT_STATUS = "exit-status";
    private static final String EXIT_SIGNAL = "exit-signal";
    private static final Duration FOREVER = Duration.ofDays(365);

    private final CompletableFuture<Exit> exit = new CompletableFuture<>();
    private final OutputStream stdin = new Stdin();
    private volatile Flow stdout = DiscardFlow.INSTANCE;
    private volatile Flow stderr = DiscardFlow.INSTANCE;

    @Override
    protected void doOpen() {
        // the streams of the superclass are not used
    }

    /** Starts a command, a line for the user's shell; once. */
    void start(String line, Flow forStdout, Flow forStderr) throws IOException {
        stdout = forStdout;
        stderr = forStderr;
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        Buffer request = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST, bytes.length + Integer.SIZE);
        request.putUInt(getRecipient());
        request.putString(Channel.CHANNEL_EXEC);
        request.putBoolean(true);
        request.putBytes(bytes);
        writePacket(request);
    }

    OutputStream stdin() {
        return stdin;
    }

    /** Waits for the end of the command. If the channel is lost, {@link #lost} sets the result. */
    Exit await(Deadline deadline) throws InterruptedException {
        try {
            return exit.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return new Exit.StillRunning();
        } catch (ExecutionException e) {
            throw new IllegalStateException("bug: waiting for a command failed", e);
        }
    }

    boolean hasExited() {
        return exit.isDone();
    }

    /** Runs an action when the command has ended; at once if it has already. */
    void whenExited(Runnable action) {
        CompletableFuture<Void> _ = exit.thenRun(action);
    }

    /** Ends the command as lost: no more output will come. */
    void lost(ConnectionException why) {
        stdout.end();
        stderr.end();
        exit.complete(new Exit.TransportLost(why));
    }

    /** Sends a signal to the command, if the server supports that. */
    void signal(String name) throws IOException {
        Buffer request = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST, Integer.SIZE);
        request.putUInt(getRecipient());
        request.putString("signal");
        request.putBoolean(false);
        request.putString(name);
        writePacket(request);
    }

    /** Tells the server to stop sending output: a command that writes gets EPIPE (OpenSSH's PROTOCOL, 2.1). */
    void stopReading() throws IOException {
        Buffer request = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST, Integer.SIZE);
        request.putUInt(getRecipient());
        request.putString("eow@openssh.com");
        request.putBoolean(false);
        writePacket(request);
    }

    void release(int bytes) throws IOException {
        if (isOpen()) {
            getLocalWindow().release(bytes);
        }
    }

    @Override
    protected void doWriteData(byte[] data, int offset, long length) throws IOException {
        release(stdout.accept(data, offset, (int) length));
    }

    @Override
    protected void doWriteExtendedData(byte[] data, int offset, long length) throws IOException {
        release(stderr.accept(data, offset, (int) length));
    }

    @Override
    public void handleEof() throws IOException {
        super.handleEof();
        stdout.end();
        stderr.end();
    }

    @Override
    public void handleSuccess() {
        // the command was started
    }

    @Override
    public void handleFailure() {
        exit.complete(new Exit.TransportLost(new ConnectionException("the server refuses to run commands")));
        close(false);
    }

    @Override
    protected void handleChannelRequest(String request, boolean wantReply, Buffer buffer) throws IOException {
        switch (request) {
            case EXIT_STATUS -> exit.complete(new Exit.Code(buffer.getInt() & 0xff));
            case EXIT_SIGNAL -> {
                int number = SignalNumbers.of(buffer.getString());
                exit.complete(number > 0 ? new Exit.Signal(number) : new Exit.Code(128));
            }
            default -> super.handleChannelRequest(request, wantReply, buffer);
        }
    }

    /** The command's standard input. */
    private final class Stdin extends OutputStream {
        private volatile boolean closed;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] data, int offset, int length) throws IOException {
            int done = 0;
            while (done < length) {
                int part = reserve(length - done);
                Session session = getSession();
                Buffer packet = session.createBuffer(SshConstants.SSH_MSG_CHANNEL_DATA, part + Integer.SIZE);
                packet.putUInt(getRecipient());
                packet.putBytes(data, offset + done, part);
                writePacket(packet);
                done += part;
            }
        }

        /** Waits until some bytes may be sent. Returns their number. */
        private int reserve(int wanted) throws IOException {
            RemoteWindow window = getRemoteWindow();
            try {
                if (closed || !isOpen()) {
                    throw new IOException("the command's standard input is closed");
                }
                long space = window.waitForSpace(FOREVER);
                int part = (int) Math.min(Math.min(wanted, space), window.getPacketSize());
                window.consume(part);
                return part;
            } catch (InterruptedException e) {
                close();
                Thread.currentThread().interrupt();
                ClosedByInterruptException interrupted = new ClosedByInterruptException();
                interrupted.initCause(e);
                throw interrupted;
            }
        }

        @Override
        public void close() throws IOException {
            synchronized (this) {
                if (closed) {
                    return;
                }
                closed = true;
            }
            getRemoteWindow().close(); // wakes a writer
            Object _ = sendEof();
        }
    }
}
