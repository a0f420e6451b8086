package dev.atex.connection.ssh.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A host and its configuration.
 *
 * @param alias the name by which the user refers to the host
 * @param hostName the network name or address
 * @param port the TCP port of the server
 * @param user the user to log in as
 * @param identities files with private keys in the order in which they are tried; missing files are ignored
 * @param identitiesOnly true if the agent must not offer other keys than these
 * @param agent the socket of the agent, if it is used
 * @param jumps jump hosts, first to last, as {@code [user@]host[:port]}
 * @param proxyCommand the program that connects; only the OpenSSH transport supports it
 * @param hostKeys the policy for the host key
 * @param knownHosts known_hosts files; new keys are added to the first
 * @param keyAlias the name of the host in known_hosts files, if not its own
 */
public record SshHost(
        String alias,
        String hostName,
        int port,
        String user,
        List<Path> identities,
        boolean identitiesOnly,
        Optional<String> agent,
        List<String> jumps,
        Optional<String> proxyCommand,
        HostKeyPolicy hostKeys,
        List<Path> knownHosts,
        Optional<String> keyAlias) {

    /** Returns the name of the host in known_hosts files. */
    public String keyName() {
        return keyAlias.orElse(hostName);
    }

    /** Returns the same host behind these jump hosts, if there are any. */
    public SshHost via(List<String> others) {
        return new SshHost(
                alias,
                hostName,
                port,
                user,
                identities,
                identitiesOnly,
                agent,
                others.isEmpty() ? jumps : others,
                proxyCommand,
                hostKeys,
                knownHosts,
                keyAlias);
    }

    /** Returns the alias, and the address if that is different, for messages. */
    @Override
    public String toString() {
        String address = hostName + (port == 22 ? "" : ":" + port);
        return alias.equals(address) ? alias : alias + " (" + address + ")";
    }
}
