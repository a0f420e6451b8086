package dev.atex.connection.ssh;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.lease.LeaseException;
import dev.atex.local.process.LocalLeftovers;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.Signal;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.channel.ChannelSessionFactory;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;

/** A server in this process, for hosts without sshd: runs commands with sh, as this user. Accepts any password. */
final class JvmServer implements AutoCloseable {
    private static final String MARK = "jvm-server-" + ProcessHandle.current().pid();

    private final SshServer server = SshServer.setUpDefaultServer();
    private final LocalLeftovers started = new LocalLeftovers(MARK, LocalLeftovers.locator());

    JvmServer(Path key) throws IOException {
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(new SimpleGeneratorHostKeyProvider(key));
        server.setPasswordAuthenticator((_, _, _) -> true);
        server.setCommandFactory((_, command) -> new Shell(command));
        server.setChannelFactories(List.of(new ChannelSessionFactory() {
            @Override
            public ChannelSession createChannel(org.apache.sshd.common.session.Session session) {
                return new Session();
            }
        }));
        server.start();
    }

    int port() {
        return server.getPort();
    }

    /** Also ends processes that commands have left. */
    @Override
    public void close() throws IOException {
        server.close(true);
        try {
            started.remove(Deadline.after(Duration.ofSeconds(20)));
        } catch (LeaseException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Allows its client to stop reading, as OpenSSH does. */
    private static final class Session extends ChannelSession {
        @Override
        protected RequestHandler.Result handleInternalRequest(String request, boolean wantReply, Buffer buffer)
                throws IOException {
            if (request.equals("eow@openssh.com")) {
                if (commandInstance instanceof Shell shell) {
                    shell.stopReading();
                }
                return RequestHandler.Result.ReplySuccess;
            }
            return super.handleInternalRequest(request, wantReply, buffer);
        }
    }

    /** One command. */
    private static final class Shell implements Command {
        private final String line;
        private final TaskScope scope = TaskScope.open("shell");
        private InputStream in;
        private OutputStream out;
        private OutputStream err;
        private ExitCallback callback;
        private Process process;
        private final AtomicLong copied = new AtomicLong();

        Shell(String line) {
            this.line = line;
        }

        @Override
        public void setInputStream(InputStream stream) {
            in = stream;
        }

        @Override
        public void setOutputStream(OutputStream stream) {
            out = stream;
        }

        @Override
        public void setErrorStream(OutputStream stream) {
            err = stream;
        }

        @Override
        public void setExitCallback(ExitCallback exit) {
            callback = exit;
        }

        @Override
        public void start(ChannelSession channel, Environment environment) throws IOException {
            ProcessBuilder builder = new ProcessBuilder("setsid", "sh", "-c", line);
            builder.environment().put("ATEX_MARK", MARK);
            process = builder.start();
            environment.addSignalListener((_, _) -> process.descendants().forEach(ProcessHandle::destroyForcibly));
            environment.addSignalListener((_, _) -> process.destroyForcibly(), Signal.KILL);
            scope.forkPlatform("stdin", () -> {
                try (OutputStream to = process.getOutputStream()) {
                    copy(in, to);
                }
                return null;
            });
            TaskScope.Task<Void> stdout = scope.forkPlatform("stdout", () -> copy(process.getInputStream(), out));
            TaskScope.Task<Void> stderr = scope.forkPlatform("stderr", () -> copy(process.getErrorStream(), err));
            scope.run("exit", () -> {
                int code = process.waitFor();
                // waits for all output that was written, also on a busy machine, but not for a daemon that keeps the
                // stream open
                Deadline latest = Deadline.after(Duration.ofSeconds(20));
                long before;
                do {
                    before = copied.get();
                    Deadline quiet = Deadline.after(Duration.ofSeconds(2));
                    stdout.awaitEnd(quiet);
                    stderr.awaitEnd(quiet);
                } while (copied.get() != before && !latest.isExpired());
                callback.onExit(code);
            });
        }

        private Void copy(InputStream from, OutputStream to) throws IOException {
            byte[] buffer = new byte[8192];
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                to.write(buffer, 0, n);
                to.flush();
                copied.addAndGet(n);
            }
            return null;
        }

        void stopReading() throws IOException {
            process.getInputStream().close();
            process.getErrorStream().close();
        }

        @Override
        public void destroy(ChannelSession channel) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            scope.interrupt();
        }
    }
}
