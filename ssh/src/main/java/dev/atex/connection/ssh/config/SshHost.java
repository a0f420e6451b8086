package dev.atex.connection.ssh.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A host with all that is configured for it.
 *
 * @param alias what it was called
 * @param hostName its name or address in the network
 * @param port the TCP port of its server
 * @param user the user to log in as
 * @param identities files with private keys, in the order in which they are tried; missing ones are passed over
 * @param identitiesOnly whether the agent may offer other keys than these
 * @param agent the socket of the agent, unless it is not to be used
 * @param jumps hosts on the way to it, first to last, as {@code [user@]host[:port]}
 * @param proxyCommand the program that makes the connection, which only the OpenSSH transport can
 * @param hostKeys what to do with its key
 * @param knownHosts files with keys of hosts; new ones are written to the first
 * @param keyAlias the name under which its key is known, if not its own
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

    /** The name under which its key is known. */
    public String keyName() {
        return keyAlias.orElse(hostName);
    }

    /** The same by another way. */
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

    /** For messages: the alias, and where that leads if it is not the same. */
    @Override
    public String toString() {
        String address = hostName + (port == 22 ? "" : ":" + port);
        return alias.equals(address) ? alias : alias + " (" + address + ")";
    }
}
