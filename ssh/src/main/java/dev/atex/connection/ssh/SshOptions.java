package dev.atex.connection.ssh;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How to connect, where that is not said by an ssh_config file; what is given here wins over it. Immutable.
 *
 * @param transport who speaks SSH
 * @param config the ssh_config file; the user's ({@code ~/.ssh/config}, and {@code /etc/ssh/ssh_config}) if empty
 * @param user the user to log in as
 * @param port the TCP port
 * @param identity a private key
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
        Optional<HostKeyPolicy> hostKeys,
        Optional<Path> knownHosts,
        Optional<Secret> password,
        Optional<String> sudo,
        Duration connectTimeout,
        Duration keepAlive) {
    /** How many signs of life may fail to come. */
    static final int MISSED_SIGNS = 3;

    /** Nothing but the ssh_config files; built in, 30 seconds to connect, a sign of life every 10. */
    public static SshOptions defaults() {
        return new SshOptions(
                SshTransport.BUILT_IN,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10));
    }

    /** The same with another transport. */
    public SshOptions withTransport(SshTransport other) {
        return new SshOptions(
                other, config, user, port, identity, hostKeys, knownHosts, password, sudo, connectTimeout, keepAlive);
    }

    /** The same with this ssh_config file instead of the user's. */
    public SshOptions withConfig(Path file) {
        return new SshOptions(
                transport,
                Optional.of(file),
                user,
                port,
                identity,
                hostKeys,
                knownHosts,
                password,
                sudo,
                connectTimeout,
                keepAlive);
    }

    /** The same with this policy for keys of hosts. */
    public SshOptions withHostKeys(HostKeyPolicy policy) {
        return new SshOptions(
                transport,
                config,
                user,
                port,
                identity,
                Optional.of(policy),
                knownHosts,
                password,
                sudo,
                connectTimeout,
                keepAlive);
    }

    /** The same with this private key. */
    public SshOptions withIdentity(Path file) {
        return new SshOptions(
                transport,
                config,
                user,
                port,
                Optional.of(file),
                hostKeys,
                knownHosts,
                password,
                sudo,
                connectTimeout,
                keepAlive);
    }

    /** The same with a password. */
    public SshOptions withPassword(Secret secret) {
        return new SshOptions(
                transport,
                config,
                user,
                port,
                identity,
                hostKeys,
                knownHosts,
                Optional.of(secret),
                sudo,
                connectTimeout,
                keepAlive);
    }

    /** The same with commands run as this user. */
    public SshOptions withSudo(String name) {
        return new SshOptions(
                transport,
                config,
                user,
                port,
                identity,
                hostKeys,
                knownHosts,
                password,
                Optional.of(name),
                connectTimeout,
                keepAlive);
    }

    /** The same with another time between signs of life. */
    public SshOptions withKeepAlive(Duration interval) {
        return new SshOptions(
                transport,
                config,
                user,
                port,
                identity,
                hostKeys,
                knownHosts,
                password,
                sudo,
                connectTimeout,
                interval);
    }

    /** The same with another limit for connecting. */
    public SshOptions withConnectTimeout(Duration longest) {
        return new SshOptions(
                transport, config, user, port, identity, hostKeys, knownHosts, password, sudo, longest, keepAlive);
    }

    /** What of it is true also for a host on the way. */
    SshOptions withoutTarget() {
        return new SshOptions(
                transport,
                config,
                Optional.empty(),
                Optional.empty(),
                identity,
                hostKeys,
                knownHosts,
                Optional.empty(),
                Optional.empty(),
                connectTimeout,
                keepAlive);
    }
}
