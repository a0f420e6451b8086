package dev.atex.provisioner;

import dev.atex.lease.LeaseLog;
import java.util.function.Consumer;

/**
 * The run for which a provisioner makes machines.
 *
 * @param runId unique; goes into names and labels of what is made, so that it can be found again
 * @param leases where each machine is written down before it is made
 * @param notices told, for people, what machines are being waited for: a line each, by any thread; must not block
 */
public record ProvisionerContext(String runId, LeaseLog leases, Consumer<String> notices) {

    /** One without anybody to be told. */
    public ProvisionerContext(String runId, LeaseLog leases) {
        this(runId, leases, _ -> {});
    }
}
