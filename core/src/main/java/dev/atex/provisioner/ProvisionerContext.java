package dev.atex.provisioner;

import dev.atex.lease.LeaseLog;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The run for which a provisioner makes machines.
 *
 * @param runId unique; goes into names and labels of what is made, so that it can be found again
 * @param leases where each machine is written down before it is made
 * @param notices told, for people, what machines are being waited for: a line each, by any thread; must not block
 * @param records a directory for files about machines, such as logs of their making, made by who has one; empty if nobody
 *     wants them
 */
public record ProvisionerContext(String runId, LeaseLog leases, Consumer<String> notices, Optional<Path> records) {

    /** One that keeps no records. */
    public ProvisionerContext(String runId, LeaseLog leases, Consumer<String> notices) {
        this(runId, leases, notices, Optional.empty());
    }

    /** One without anybody to be told. */
    public ProvisionerContext(String runId, LeaseLog leases) {
        this(runId, leases, _ -> {});
    }
}
