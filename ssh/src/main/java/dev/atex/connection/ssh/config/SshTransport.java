package dev.atex.connection.ssh.config;

/** The implementation of SSH. */
public enum SshTransport {
    /** Apache MINA SSHD in this process: one client for all hosts. */
    BUILT_IN,
    /** The {@code ssh} program with a control master: it supports everything, such as GSSAPI, smart cards, {@code ProxyCommand}. */
    OPENSSH
}
