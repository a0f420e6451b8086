package dev.atex.connection.ssh.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Options of connections. They take precedence over ssh_config files. Immutable.
 *
 * @param transport the implementation of SSH
 * @param config the ssh_config file; if empty, {@code ~/.ssh/config} and {@code /etc/ssh/ssh_config}
 * @param user the user to log in as
 * @param port the TCP port
 * @param identity a file with a private key
 * @param identitiesOnly true if no other key than that one is offered, neither of the agent nor of an ssh_config file
 * @param hostKeys the policy for host keys
 * @param knownHosts the known_hosts file
 * @param password the place of the password; keys are tried first
 * @param sudo the user to run commands as, by {@code sudo} without a password
 * @param proxyJump the jump hosts, first to last, as {@code [user@]host[:port]} separated by commas; {@code none} for a direct
 *     connection
 * @param connectTimeout the time limit for connecting and logging in
 * @param keepAlive the interval of keep-alive requests to a silent host; after three without an answer the connection is lost
 */
public record SshOptions(
        SshTransport transport,
        Optional<Path> config,
        Optional<String> user,
        Optional<Integer> port,
        Optional<Path> identity,
        boolean identitiesOnly,
        Optional<HostKeyPolicy> hostKeys,
        Optional<Path> knownHosts,
        Optional<Secret> password,
        Optional<String> sudo,
        Optional<String> proxyJump,
        Duration connectTimeout,
        Duration keepAlive) {
    /** The number of keep-alive requests that may remain unanswered. */
    public static final int MISSED_SIGNS = 3;

    /** Returns options that follow ssh_config files: built-in transport, 30 seconds to connect, keep-alive every 10 seconds. */
    public static SshOptions defaults() {
        return new SshOptions(
                SshTransport.BUILT_IN,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10));
    }

    /** Returns the same options with another transport. */
    public SshOptions withTransport(SshTransport other) {
        return with(draft -> draft.transport = other);
    }

    /** Returns the same options with this ssh_config file instead of the user's. */
    public SshOptions withConfig(Path file) {
        return with(draft -> draft.config = Optional.of(file));
    }

    /** Returns the same options with this TCP port. */
    public SshOptions withPort(int number) {
        return with(draft -> draft.port = Optional.of(number));
    }

    /** Returns the same options with this private key. */
    public SshOptions withIdentity(Path file) {
        return with(draft -> draft.identity = Optional.of(file));
    }

    /** Returns the same options with {@link #identity} as the only key; if it has a passphrase, the agent may offer it. */
    public SshOptions withIdentitiesOnly() {
        return with(draft -> draft.identitiesOnly = true);
    }

    /** Returns the same options with this policy for host keys. */
    public SshOptions withHostKeys(HostKeyPolicy policy) {
        return with(draft -> draft.hostKeys = Optional.of(policy));
    }

    /** Returns the same options with this known_hosts file. */
    public SshOptions withKnownHosts(Path file) {
        return with(draft -> draft.knownHosts = Optional.of(file));
    }

    /** Returns the same options with a password. */
    public SshOptions withPassword(Secret secret) {
        return with(draft -> draft.password = Optional.of(secret));
    }

    /** Returns the same options, to run commands as this user. */
    public SshOptions withSudo(String name) {
        return with(draft -> draft.sudo = Optional.of(name));
    }

    /**
     * Returns the same options with these jump hosts. {@link #hostKeys} and {@link #knownHosts} do not apply to them: their keys
     * are checked as ssh_config files say.
     */
    public SshOptions withProxyJump(String hosts) {
        return with(draft -> draft.proxyJump = Optional.of(hosts));
    }

    /** Returns the same options with another time limit for connecting. */
    public SshOptions withConnectTimeout(Duration longest) {
        return with(draft -> draft.connectTimeout = longest);
    }

    /** Returns the same options with another keep-alive interval. */
    public SshOptions withKeepAlive(Duration interval) {
        return with(draft -> draft.keepAlive = interval);
    }

    /** Returns the options that also apply to jump hosts. */
    public SshOptions withoutTarget() {
        return with(draft -> {
            draft.user = Optional.empty();
            draft.port = Optional.empty();
            draft.password = Optional.empty();
            draft.sudo = Optional.empty();
            if (draft.proxyJump.isPresent()) { // the policy is for a machine behind this host
                draft.proxyJump = Optional.empty();
                draft.hostKeys = Optional.empty();
                draft.knownHosts = Optional.empty();
            }
            draft.identitiesOnly = false;
        });
    }

    private SshOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.options();
    }

    /** Mutable options. */
    private static final class Draft {
        private SshTransport transport;
        private Optional<Path> config;
        private Optional<String> user;
        private Optional<Integer> port;
        private Optional<Path> identity;
        private boolean identitiesOnly;
        private Optional<HostKeyPolicy> hostKeys;
        private Optional<Path> knownHosts;
        private Optional<Secret> password;
        private Optional<String> sudo;
        private Optional<String> proxyJump;
        private Duration connectTimeout;
        private Duration keepAlive;

        private Draft(SshOptions from) {
            transport = from.transport;
            config = from.config;
            user = from.user;
            port = from.port;
            identity = from.identity;
            identitiesOnly = from.identitiesOnly;
            hostKeys = from.hostKeys;
            knownHosts = from.knownHosts;
            password = from.password;
            sudo = from.sudo;
            proxyJump = from.proxyJump;
            connectTimeout = from.connectTimeout;
            keepAlive = from.keepAlive;
        }

        private SshOptions options() {
            return new SshOptions(
                    transport,
                    config,
                    user,
                    port,
                    identity,
                    identitiesOnly,
                    hostKeys,
                    knownHosts,
                    password,
                    sudo,
                    proxyJump,
                    connectTimeout,
                    keepAlive);
        }
    }
}
