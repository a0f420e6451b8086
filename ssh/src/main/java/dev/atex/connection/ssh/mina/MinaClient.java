package dev.atex.connection.ssh.mina;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.ssh.config.SshConfig;
import dev.atex.connection.ssh.config.SshHost;
import dev.atex.connection.ssh.config.SshOptions;
import dev.atex.connection.ssh.transport.HostNames;
import dev.atex.connection.ssh.transport.Link;
import dev.atex.connection.ssh.transport.LoginRefusedException;
import dev.atex.connection.ssh.transport.PortForward;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.password.PasswordAuthenticationReporter;
import org.apache.sshd.client.auth.password.PasswordIdentityProvider;
import org.apache.sshd.client.auth.pubkey.PublicKeyAuthenticationReporter;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.io.resource.PathResource;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.forward.AcceptAllForwardingFilter;

/** Logs in to hosts with MINA. One client serves all hosts of this process; its few threads are daemons. Thread-safe. */
public final class MinaClient {
    private static final System.Logger LOG = System.getLogger("dev.atex.ssh");
    private static final AttributeRepository.AttributeKey<Login> LOGIN = new AttributeRepository.AttributeKey<>();
    private static final int WORKERS = 4;

    private MinaClient() {}

    private static final class Holder {
        static final SshClient CLIENT = create();
    }

    private static SshClient create() {
        SshClient client = SshClient.setUpDefaultClient();
        client.setNioWorkers(WORKERS);
        client.setSessionFactory(ActivityTrackingSession.factory(client));
        client.setCipherFactories(ciphers(client.getCipherFactories()));
        client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setPasswordIdentityProvider(PasswordIdentityProvider.EMPTY_PASSWORDS_PROVIDER);
        client.setFilePasswordProvider(FilePasswordProvider.EMPTY);
        client.setAgentFactory(new AgentSocketFactory());
        client.setServerKeyVerifier(
                (session, _, key) -> login(session).hostKeys().verify(key));
        client.setForwardingFilter(AcceptAllForwardingFilter.INSTANCE);
        client.setPublicKeyAuthenticationReporter(new PublicKeyAuthenticationReporter() {
            @Override
            public void signalAuthenticationSuccess(ClientSession session, String service, KeyPair key) {
                login(session).authenticatedBy("key " + KeyUtils.getFingerPrint(key.getPublic()));
            }
        });
        client.setPasswordAuthenticationReporter(new PasswordAuthenticationReporter() {
            @Override
            public void signalAuthenticationSuccess(ClientSession session, String service, String password) {
                login(session).authenticatedBy("password");
            }
        });
        client.addSessionListener(new SessionWatch());
        CoreModuleProperties.TCP_NODELAY.set(client, true); // Nagle and delayed ACKs would cost 40 ms
        CoreModuleProperties.SOCKET_KEEPALIVE.set(client, true);
        CoreModuleProperties.IDLE_TIMEOUT.set(client, Duration.ZERO);
        CoreModuleProperties.NIO2_READ_TIMEOUT.set(client, Duration.ZERO);
        CoreModuleProperties.PASSWORD_PROMPTS.set(client, 1);
        client.start();
        return client;
    }

    /** Puts AES-GCM first: the JDK computes it in hardware, ChaCha20 is Java code of the library. */
    private static List<NamedFactory<Cipher>> ciphers(List<NamedFactory<Cipher>> all) {
        List<NamedFactory<Cipher>> ordered = new ArrayList<>();
        all.stream().filter(each -> each.getName().contains("-gcm")).forEach(ordered::add);
        all.stream().filter(each -> !each.getName().contains("-gcm")).forEach(ordered::add);
        return ordered;
    }

    static Login login(Session session) {
        AttributeRepository context = ((ClientSession) session).getConnectionContext();
        Login login = context == null ? null : context.getAttribute(LOGIN);
        if (login == null) {
            throw new IllegalStateException("bug: a session without a login");
        }
        return login;
    }

    /** Logs in, through jump hosts if there are any. */
    public static Link open(SshHost host, SshOptions options, Deadline deadline)
            throws ConnectionException, InterruptedException {
        return open(host, options, List.of(), deadline);
    }

    private static MinaLink open(SshHost host, SshOptions options, List<String> before, Deadline deadline)
            throws ConnectionException, InterruptedException {
        if (host.proxyCommand().isPresent()) {
            throw new ConnectionException(
                    host
                            + ": its configuration has a ProxyCommand, which the built-in transport does not support: use transport=openssh");
        }
        if (host.jumps().isEmpty()) {
            return open(host, host.hostName(), host.port(), options, deadline);
        }
        String last = host.jumps().getLast();
        if (before.contains(last)) {
            throw new LoginRefusedException(host + ": ProxyJump leads over '" + last + "' again and again: give '"
                    + last + "' a Host block with 'ProxyJump none'");
        }
        List<String> way = new ArrayList<>(before);
        way.add(last);
        SshHost jump = new SshConfig(options.withoutTarget())
                .resolve(last)
                .via(host.jumps().subList(0, host.jumps().size() - 1));
        MinaLink first = open(jump, options.withoutTarget(), way, deadline);
        try {
            PortForward forward = first.forwardLocal(0, host.hostName(), host.port());
            MinaLink link = open(host, "127.0.0.1", forward.port(), options, deadline);
            link.over(first);
            return link;
        } catch (ConnectionException | InterruptedException | RuntimeException e) {
            first.close();
            throw e;
        }
    }

    private static MinaLink open(SshHost host, String name, int port, SshOptions options, Deadline deadline)
            throws ConnectionException, InterruptedException {
        Login login = new Login(host, new HostKeys(host));
        CompletableFuture<ClientSession> connected = new CompletableFuture<>();
        try {
            InetSocketAddress address = new InetSocketAddress(HostNames.address(host, name, deadline), port);
            Holder.CLIENT
                    .connect(host.user(), address, AttributeRepository.ofKeyValuePair(LOGIN, login))
                    .addListener(future -> {
                        if (future.isConnected()) {
                            if (!connected.complete(future.getSession())) {
                                future.getSession().close(true);
                            }
                        } else {
                            connected.completeExceptionally(future.getException());
                        }
                    });
        } catch (IOException e) {
            throw login.failure("cannot connect", e);
        }
        ClientSession session;
        try {
            session = connected.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw login.failure("cannot connect", e);
        } catch (TimeoutException e) {
            abandon(connected);
            throw new ConnectionException(host + ": cannot connect: no answer in time", e);
        } catch (InterruptedException e) {
            abandon(connected);
            throw e;
        }
        boolean whole = false;
        try {
            MinaLink link = new MinaLink(host, session, login);
            authenticate(session, host, options, login, deadline);
            KeepAlive.start((ActivityTrackingSession) session, login, options.keepAlive());
            whole = true;
            LOG.log(
                    Level.DEBUG,
                    () -> host + ": logged in as " + host.user() + " by " + login.method() + ", keep-alive "
                            + options.keepAlive());
            return link;
        } finally {
            if (!whole) {
                session.close(true);
            }
        }
    }

    private static void abandon(CompletableFuture<ClientSession> connected) {
        if (!connected.cancel(false) && !connected.isCompletedExceptionally()) {
            connected.join().close(true);
        }
    }

    private static void authenticate(
            ClientSession session, SshHost host, SshOptions options, Login login, Deadline deadline)
            throws ConnectionException, InterruptedException {
        CompletableFuture<Void> authenticated = new CompletableFuture<>();
        try {
            for (Path file : host.identities()) {
                // if it has a passphrase, the agent may have the key
                addIdentity(session, file, options.identity().equals(Optional.of(file)) && !options.identitiesOnly());
            }
            if (options.password().isPresent()) {
                session.addPasswordIdentity(options.password().get().read());
            }
            session.auth().addListener(future -> {
                if (future.isSuccess()) {
                    authenticated.complete(null);
                } else {
                    Throwable why = future.getException();
                    authenticated.completeExceptionally(why != null ? why : new IOException("refused"));
                }
            });
        } catch (IOException | GeneralSecurityException e) {
            throw new LoginRefusedException(host + ": cannot log in as " + host.user() + ": " + e.getMessage(), e);
        }
        try {
            authenticated.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw login.failure("cannot log in as " + host.user(), e);
        } catch (TimeoutException e) {
            throw new ConnectionException(host + ": cannot log in as " + host.user() + ": no answer in time", e);
        }
    }

    private static void addIdentity(ClientSession session, Path file, boolean required)
            throws IOException, GeneralSecurityException {
        if (!Files.isReadable(file)) {
            if (required) {
                throw new IOException("cannot read the private key " + file);
            }
            return;
        }
        try (var in = Files.newInputStream(file)) {
            Iterable<KeyPair> pairs = SecurityUtils.loadKeyPairIdentities(
                    session, new PathResource(file), in, FilePasswordProvider.EMPTY);
            if (pairs != null) {
                pairs.forEach(session::addPublicKeyIdentity);
            }
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            if (required) {
                throw new IOException(
                        "cannot use the private key " + file + " (add a key with a passphrase to the agent): "
                                + e.getMessage(),
                        e);
            }
        }
    }
}
