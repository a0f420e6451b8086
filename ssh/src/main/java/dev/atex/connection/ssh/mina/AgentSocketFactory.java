package dev.atex.connection.ssh.mina;

import dev.atex.connection.ssh.config.SshHost;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.agent.SshAgent;
import org.apache.sshd.agent.SshAgentFactory;
import org.apache.sshd.agent.SshAgentServer;
import org.apache.sshd.agent.common.AbstractAgentProxy;
import org.apache.sshd.common.FactoryManager;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.jspecify.annotations.Nullable;

/** Connects to the user's ssh-agent over its socket. MINA's own client for this needs a native library. */
final class AgentSocketFactory implements SshAgentFactory {

    @Override
    public List<ChannelFactory> getChannelForwardingFactories(FactoryManager manager) {
        return List.of(); // the agent is not forwarded
    }

    @Override
    public @Nullable SshAgent createClient(@Nullable Session session, FactoryManager manager) {
        if (session == null) {
            return null;
        }
        SshHost host = MinaClient.login(session).host();
        if (host.agent().isEmpty()) {
            return null;
        }
        try {
            Agent agent = new Agent(host, manager.getScheduledExecutorService());
            session.addCloseFutureListener(_ -> agent.hangUp());
            agent.connect(Path.of(host.agent().get()));
            return agent;
        } catch (IOException e) {
            return null; // as OpenSSH does; if every key fails, the message names the agent
        }
    }

    @Override
    public SshAgentServer createServer(ConnectionService service) {
        throw new UnsupportedOperationException("the agent is not forwarded");
    }

    /** A connection to the agent, used by one thread at a time. */
    private static final class Agent extends AbstractAgentProxy {
        private static final int LONGEST = 256 << 10;

        /** The agent may ask its user. After this time the login continues without the agent. */
        private static final Duration PATIENCE = Duration.ofSeconds(20);

        private final SocketChannel socket;
        private final SshHost host;
        private final ScheduledExecutorService clock;

        Agent(SshHost host, ScheduledExecutorService clock) throws IOException {
            super(null);
            this.host = host;
            this.clock = clock;
            socket = SocketChannel.open(StandardProtocolFamily.UNIX);
        }

        void connect(Path path) throws IOException {
            Future<?> giveUp = giveUpLater();
            boolean connected = false;
            try {
                socket.connect(UnixDomainSocketAddress.of(path));
                connected = true;
            } finally {
                giveUp.cancel(false);
                if (!connected) {
                    socket.close();
                }
            }
        }

        @Override
        public Iterable<? extends Map.Entry<PublicKey, String>> getIdentities() {
            List<Map.Entry<PublicKey, String>> keys = new ArrayList<>();
            List<PublicKey> wanted = host.identitiesOnly() ? named() : List.of();
            for (Map.Entry<PublicKey, String> each : all()) {
                if (!host.identitiesOnly()
                        || wanted.stream().anyMatch(key -> KeyUtils.compareKeys(key, each.getKey()))) {
                    keys.add(each);
                }
            }
            return keys;
        }

        private Iterable<? extends Map.Entry<PublicKey, String>> all() {
            try {
                return super.getIdentities();
            } catch (IOException e) {
                return List.of(); // as if there were no agent
            }
        }

        /** Returns the public keys of the configured identities. */
        private List<PublicKey> named() {
            List<PublicKey> keys = new ArrayList<>();
            for (Path identity : host.identities()) {
                Path file = Path.of(identity + ".pub");
                if (Files.isReadable(file)) {
                    publicKey(file).ifPresent(keys::add);
                }
            }
            return keys;
        }

        private static Optional<PublicKey> publicKey(Path file) {
            try {
                return Optional.ofNullable(PublicKeyEntry.parsePublicKeyEntry(Files.readString(file))
                        .resolvePublicKey(null, Map.of(), PublicKeyEntryResolver.FAILING));
            } catch (IOException | GeneralSecurityException | RuntimeException e) {
                return Optional.empty(); // not a public key
            }
        }

        @Override
        protected Buffer request(Buffer buffer) throws IOException {
            Future<?> giveUp = giveUpLater();
            try {
                return ask(buffer);
            } finally {
                giveUp.cancel(false);
            }
        }

        private Future<?> giveUpLater() {
            return clock.schedule(this::hangUp, PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        }

        /** Closes the connection to the agent. Wakes a thread that waits for its answer. */
        void hangUp() {
            try {
                socket.close();
            } catch (IOException e) {
                return; // it is closed anyway
            }
        }

        private Buffer ask(Buffer buffer) throws IOException {
            ByteBuffer question = ByteBuffer.wrap(buffer.array(), buffer.rpos(), buffer.available());
            while (question.hasRemaining()) {
                socket.write(question);
            }
            int length = read(Integer.BYTES).getInt();
            if (length <= 0 || length > LONGEST) {
                throw new IOException("the agent sent an answer of " + length + " bytes");
            }
            return new ByteArrayBuffer(read(length).array());
        }

        private ByteBuffer read(int length) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            while (bytes.hasRemaining()) {
                if (socket.read(bytes) < 0) {
                    throw new IOException("the agent closed the connection");
                }
            }
            return bytes.flip();
        }

        @Override
        public boolean isOpen() {
            return socket.isOpen();
        }

        @Override
        public void close() throws IOException {
            socket.close();
            super.close();
        }
    }
}
