package dev.atex.connection.ssh.config;

/** Says which host keys to accept. A key that differs from the known one is accepted by {@link #OFF} only. */
public enum HostKeyPolicy {
    /** The key must be in a known_hosts file. */
    STRICT,
    /** The key of an unknown host is accepted and added to the known_hosts file. */
    ACCEPT_NEW,
    /** Any key is accepted, and known_hosts files are neither read nor written: for machines that are thrown away. */
    OFF
}
