package dev.atex.provisioner;

import dev.atex.lease.LeaseLog;

/**
 * The run for which a provisioner makes machines.
 *
 * @param runId unique; goes into names and labels of what is made, so that it can be found again
 * @param leases where each machine is written down before it is made
 */
public record ProvisionerContext(String runId, LeaseLog leases) {}
