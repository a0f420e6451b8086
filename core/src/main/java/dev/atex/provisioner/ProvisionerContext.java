package dev.atex.provisioner;

/**
 * The run for which a provisioner makes machines.
 *
 * @param runId unique; goes into names and labels of what is made, so that it can be found again
 */
public record ProvisionerContext(String runId) {}
