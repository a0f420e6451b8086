package dev.atex.provisioner;

import dev.atex.lease.LeaseLog;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The run for which a provisioner creates machines.
 *
 * @param runId unique id; part of the names and labels of everything that is created, so that it can be found again
 * @param leases the log in which each machine is recorded before it is created
 * @param notices receives messages for users about machines that the run waits for, one line each; any thread calls it,
 *     and it must not block
 * @param records a directory for files about machines, such as logs of their creation; the first writer creates it. Empty if
 *     nobody needs them
 */
public record ProvisionerContext(String runId, LeaseLog leases, Consumer<String> notices, Optional<Path> records) {

    /** Creates a context without records. */
    public ProvisionerContext(String runId, LeaseLog leases, Consumer<String> notices) {
        this(runId, leases, notices, Optional.empty());
    }

    /** Creates a context without records and notices. */
    public ProvisionerContext(String runId, LeaseLog leases) {
        this(runId, leases, _ -> {});
    }
}
