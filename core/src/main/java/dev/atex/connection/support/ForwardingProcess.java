package dev.atex.connection.support;

import dev.atex.connection.RemoteProcess;
import java.io.InputStream;
import java.io.OutputStream;

/** A command whose streams are those of a local client. Subclasses decide how it is awaited and ended. */
public abstract class ForwardingProcess implements RemoteProcess {
    private final RemoteProcess client;

    /** Creates a command with the streams of this client. */
    protected ForwardingProcess(RemoteProcess client) {
        this.client = client;
    }

    /** Returns the client. */
    protected final RemoteProcess client() {
        return client;
    }

    @Override
    public final OutputStream stdin() {
        return client.stdin();
    }

    @Override
    public final InputStream stdout() {
        return client.stdout();
    }

    @Override
    public final InputStream stderr() {
        return client.stderr();
    }
}
