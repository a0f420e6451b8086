package dev.atex.connection.ssh.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How to connect, where that is not said by an ssh_config file; what is given here wins over it. Immutable.
 *
 * @param transport who speaks SSH
 * @param config the ssh_config file; the user's ({@code ~/.ssh/config}, and {@code /etc/ssh/ssh_config}) if empty
 * @param user the user to log in as
 * @param port the TCP port
 * @param identity a private key
 * @param identitiesOnly whether no other key than that one is offered, neither by the agent nor for being in an ssh_config file
 * @param hostKeys what to do with keys of hosts
 * @param knownHosts the file with the keys of known hosts
 * @param password where the password is; it is tried after keys
 * @param sudo the user to run commands as, by {@code sudo} without a password
 * @param connectTimeout the longest that connecting and logging in may take
 * @param keepAlive how often a silent host is asked for a sign of life; after three without an answer the connection is lost
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
        Duration connectTimeout,
        Duration keepAlive) {
    /** How many signs of life may fail to come. */
    public static final int MISSED_SIGNS = 3;

    /** Nothing but the ssh_config files; built in, 30 seconds to connect, a sign of life every 10. */
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
                Duration.ofSeconds(30),
                Duration.ofSeconds(10));
    }

    /** The same with another transport. */
    public SshOptions withTransport(SshTransport other) {
        return with(draft -> draft.transport = other);
    }

    /** The same with this ssh_config file instead of the user's. */
    public SshOptions withConfig(Path file) {
        return with(draft -> draft.config = Optional.of(file));
    }

    /** The same with this TCP port. */
    public SshOptions withPort(int number) {
        return with(draft -> draft.port = Optional.of(number));
    }

    /** The same with this private key. */
    public SshOptions withIdentity(Path file) {
        return with(draft -> draft.identity = Optional.of(file));
    }

    /** The same with no other key than {@link #identity}, which the agent may have if its file has a passphrase. */
    public SshOptions withIdentitiesOnly() {
        return with(draft -> draft.identitiesOnly = true);
    }

    /** The same with this policy for keys of hosts. */
    public SshOptions withHostKeys(HostKeyPolicy policy) {
        return with(draft -> draft.hostKeys = Optional.of(policy));
    }

    /** The same with this file of known hosts. */
    public SshOptions withKnownHosts(Path file) {
        return with(draft -> draft.knownHosts = Optional.of(file));
    }

    /** The same with a password. */
    public SshOptions withPassword(Secret secret) {
        return with(draft -> draft.password = Optional.of(secret));
    }

    /** The same with commands run as this user. */
    public SshOptions withSudo(String name) {
        return with(draft -> draft.sudo = Optional.of(name));
    }

    /** The same with another limit for connecting. */
    public SshOptions withConnectTimeout(Duration longest) {
        return with(draft -> draft.connectTimeout = longest);
    }

    /** The same with another time between signs of life. */
    public SshOptions withKeepAlive(Duration interval) {
        return with(draft -> draft.keepAlive = interval);
    }

    /** What of it is true also for a host on the way. */
    public SshOptions withoutTarget() {
        return with(draft -> {
            draft.user = Optional.empty();
            draft.port = Optional.empty();
            draft.password = Optional.empty();
            draft.sudo = Optional.empty();
            draft.identitiesOnly = false;
        });
    }

    private SshOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.options();
    }

    /** Options that are being changed. */
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
                    connectTimeout,
                    keepAlive);
        }
    }
}
