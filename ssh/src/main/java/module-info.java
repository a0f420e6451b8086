/** Connections over SSH, and a fixed list of hosts as machines to run tests on. */
module dev.atex.ssh {
    requires dev.atex.copy;
    requires transitive dev.atex.core;
    requires static transitive org.jspecify;
    requires org.apache.sshd.osgi;

    exports dev.atex.connection.ssh;
    exports dev.atex.connection.ssh.config;
    exports dev.atex.connection.ssh.transport;

    provides dev.atex.lease.Reclaimer with
            dev.atex.provisioner.ssh.SshReclaimer;
    provides dev.atex.provisioner.ProvisionerFactory with
            dev.atex.provisioner.ssh.SshProvisionerFactory;
}
