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
 * A session that remembers when data last came from the server. Until the user is authenticated it handles messages on a thread
 * that may block: authentication asks the agent, and reads and writes known_hosts files.
 */
final class ActivityTrackingSession extends ClientSessionImpl {
    private volatile long heard = System.nanoTime();

    private ActivityTrackingSession(ClientFactoryManager client, IoSession io) throws Exception {
        super(client, io);
    }

    /** Returns a factory of such sessions. */
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
        io.suspendRead(); // until this message is handled
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
            exceptionCaught(e); // as the network thread does it
        }
    }

    /** Returns when data last came, by {@link System#nanoTime}. */
    long heard() {
        return heard;
    }
}
