package dev.atex.connection.ssh.config;

/** What to do with the key by which a host identifies itself. A key that differs from the known one is never accepted, except with {@link #OFF}. */
public enum HostKeyPolicy {
    /** It must be known already. */
    STRICT,
    /** That of a host which is not known yet is accepted, and written to the known_hosts file. */
    ACCEPT_NEW,
    /** Any is accepted, and none is looked up or written: for machines that are made and thrown away. */
    OFF
}
