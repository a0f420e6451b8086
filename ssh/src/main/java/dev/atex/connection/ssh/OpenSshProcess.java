package dev.atex.connection.ssh;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Exit;
import dev.atex.connection.RemoteProcess;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A command run by an {@code ssh} program. That ends with 255 when something fails, and also when the command does: in the
 * second case, and only then, the command leaves a file there as a witness.
 */
final class OpenSshProcess implements RemoteProcess {
    private static final int AMBIGUOUS = 255;

    private final OpenSshLink link;
    private final RemoteProcess client;
    private final String witness;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Exit exit;

    OpenSshProcess(OpenSshLink link, RemoteProcess client, String witness) {
        this.link = link;
        this.client = client;
        this.witness = witness;
    }

    /** The line, with a shell that waits for its end: so a death by a signal shows too, as 128 and its number. */
    static String witnessed(String line, String witness) {
        return "(" + line + "); c=$?; [ $c -ne " + AMBIGUOUS + " ] || : > " + witness + "; exit $c";
    }

    @Override
    public OutputStream stdin() {
        return client.stdin();
    }

    @Override
    public InputStream stdout() {
        return client.stdout();
    }

    @Override
    public InputStream stderr() {
        return client.stderr();
    }

    @Override
    public Exit await(Deadline deadline) throws InterruptedException {
        Exit ended = client.await(deadline);
        if (!ended.equals(new Exit.Code(AMBIGUOUS))) {
            return ended;
        }
        lock.lockInterruptibly();
        try {
            if (exit == null) {
                boolean its = link.succeeds("rm " + witness + " 2>/dev/null");
                exit = its ? ended : new Exit.TransportLost(link.lost());
            }
            return exit;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public void kill() {
        client.kill();
    }
}
