package dev.atex.libvirt;

import dev.atex.connection.ssh.KeyFiles;
import dev.atex.connection.ssh.config.HostKeyPolicy;
import dev.atex.connection.ssh.config.SshOptions;
import dev.atex.lease.Lease;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseLog;
import dev.atex.lease.ledger.DirectoryReclaimer;
import dev.atex.lease.ledger.StateDirectory;
import dev.atex.libvirt.domain.CloneSettings;
import dev.atex.libvirt.options.VirtSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The files for logins of a run: its key unless the user has one, and the host keys of its machines. */
final class LoginFiles {
    private static final String KNOWN_HOSTS = "known_hosts";
    /** The name of all machines in the file with their host keys, if they have the same. */
    private static final String SAME = "atex-image";

    private final VirtSettings.Login login;
    private final Lease lease;
    private final Path directory;
    private final Path key;

    private LoginFiles(VirtSettings.Login login, Lease lease, Path directory, Path key) {
        this.login = login;
        this.lease = lease;
        this.directory = directory;
        this.key = key;
    }

    /** @param lasting whether a key that is not given outlives the run */
    static LoginFiles create(VirtSettings.Login login, boolean lasting, LeaseLog leases)
            throws IOException, LeaseException, InterruptedException {
        Path parent = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
        Map<String, String> locator = DirectoryReclaimer.locator(parent);
        Lease lease = leases.intend(DirectoryReclaimer.KIND, locator);
        Path directory = DirectoryReclaimer.create(locator, lease.id());
        @Nullable Path key = login.identity().orElse(null);
        if (key == null && lasting) {
            key = LastingKey.in(StateDirectory.of(System.getenv()).path());
        } else if (key == null) {
            key = directory.resolve("id_ecdsa");
            KeyFiles.generate(key);
        }
        return new LoginFiles(login, lease, directory, key);
    }

    /** Returns the public key that a machine has to get; empty if its image has it. */
    Optional<String> injected() throws IOException {
        return switch (login.inject()) {
            case NONE -> Optional.empty();
            case SMBIOS -> {
                Path file = key.resolveSibling(key.getFileName() + ".pub");
                yield Optional.of(Files.readString(file, StandardCharsets.UTF_8).strip());
            }
        };
    }

    /** Returns the options to log in to the machine of a lease. */
    SshOptions options(String leaseId) throws IOException {
        String alias = login.sameHostKey() ? SAME : "atex-" + leaseId;
        Path config = directory.resolve("config-" + leaseId);
        Files.writeString(config, "Host *\n  HostKeyAlias " + alias + "\n", StandardCharsets.UTF_8);
        return SshOptions.defaults()
                .withConfig(config)
                .withIdentity(key)
                .withIdentitiesOnly()
                .withHostKeys(HostKeyPolicy.ACCEPT_NEW)
                .withKnownHosts(directory.resolve(KNOWN_HOSTS));
    }

    /**
     * Returns the command line of the ssh program that opens a shell on the machine of a lease.
     *
     * @param address from {@link #address}
     */
    List<String> command(String leaseId, String address, CloneSettings.Link link) throws IOException {
        SshOptions options = options(leaseId);
        List<String> command = new ArrayList<>(List.of("ssh"));
        options.config().ifPresent(file -> command.addAll(List.of("-F", file.toString())));
        if (link instanceof CloneSettings.Forwarded(int port)) {
            command.addAll(List.of("-p", Integer.toString(port)));
        }
        command.addAll(List.of("-i", key.toString()));
        for (String option : List.of(
                "IdentitiesOnly=yes",
                "StrictHostKeyChecking=accept-new",
                "UserKnownHostsFile=" + directory.resolve(KNOWN_HOSTS),
                "GlobalKnownHostsFile=/dev/null",
                "LogLevel=ERROR",
                "ServerAliveInterval=30")) {
            command.addAll(List.of("-o", option));
        }
        command.addAll(List.of("--", address));
        return List.copyOf(command);
    }

    /** Returns the name of the user and the address for a connection. */
    String address(String host) {
        return login.user() + "@" + host;
    }

    void remove() throws LeaseException {
        DirectoryReclaimer.remove(directory);
        lease.gone();
    }
}
