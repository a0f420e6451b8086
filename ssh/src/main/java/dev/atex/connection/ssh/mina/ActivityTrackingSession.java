package dev.atex.connection.ssh.mina;

import dev.atex.connection.ssh.transport.BlockingThreads;
import org.apache.sshd.client.ClientFactoryManager;
import org.apache.sshd.client.session.ClientSessionImpl;
import org.apache.sshd.client.session.SessionFactory;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.util.Readable;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * A session that knows when something has come from the other side. Until it is logged in, what comes is handled on a thread
 * that may block: that asks the agent of the user and reads and writes the files of known keys.
 */
final class ActivityTrackingSession extends ClientSessionImpl {
    private volatile long heard = System.nanoTime();

    private ActivityTrackingSession(ClientFactoryManager client, IoSession io) throws Exception {
        super(client, io);
    }

    /** Makes these. */
    static SessionFactory factory(ClientFactoryManager client) {
        return new SessionFactory(client) {
            @Override
            protected ClientSessionImpl doCreateSession(IoSession io) throws Exception {
                return new ActivityTrackingSession(getClient(), io);
            }
        };
    }

    @Override
    public void messageReceived(Readable buffer) throws Exception {
        heard = System.nanoTime();
        if (isAuthenticated()) {
            super.messageReceived(buffer);
            return;
        }
        Buffer copy = new ByteArrayBuffer(buffer.available());
        copy.putBuffer(buffer);
        IoSession io = getIoSession();
        io.suspendRead(); // the next comes when this one is done
        BlockingThreads.ALL.execute(() -> {
            try {
                handle(copy);
            } finally {
                io.resumeRead();
            }
        });
    }

    private void handle(Buffer message) {
        try {
            super.messageReceived(message);
        } catch (Exception e) {
            exceptionCaught(e); // as the network thread does
        }
    }

    /** When that was, by {@link System#nanoTime}. */
    long heard() {
        return heard;
    }
}
