package dev.atex.connection.ssh;

import org.apache.sshd.client.ClientFactoryManager;
import org.apache.sshd.client.session.ClientSessionImpl;
import org.apache.sshd.client.session.SessionFactory;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.util.Readable;

/** A session that knows when something has come from the other side. */
final class HeardSession extends ClientSessionImpl {
    private volatile long heard = System.nanoTime();

    private HeardSession(ClientFactoryManager client, IoSession io) throws Exception {
        super(client, io);
    }

    /** Makes these. */
    static SessionFactory factory(ClientFactoryManager client) {
        return new SessionFactory(client) {
            @Override
            protected ClientSessionImpl doCreateSession(IoSession io) throws Exception {
                return new HeardSession(getClient(), io);
            }
        };
    }

    @Override
    public void messageReceived(Readable buffer) throws Exception {
        heard = System.nanoTime();
        super.messageReceived(buffer);
    }

    /** When that was, by {@link System#nanoTime}. */
    long heard() {
        return heard;
    }
}
