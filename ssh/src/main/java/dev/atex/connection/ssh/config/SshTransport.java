package dev.atex.connection.ssh.config;

/** Who speaks SSH. */
public enum SshTransport {
    /** This process: one client for all hosts. */
    BUILT_IN,
    /** The {@code ssh} program with a control master: for what only it can, such as GSSAPI, smart cards and {@code ProxyCommand}. */
    OPENSSH
}
