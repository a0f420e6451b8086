/** ATEX core: connections, provisioners, executors, aggregators and the orchestrators that string them together. */
@SuppressWarnings("module") // those that internal packages are for are not here when this is compiled
module dev.atex.core {
    requires static transitive org.jspecify;
    requires transitive tools.jackson.core;

    exports dev.atex.aggregator;
    exports dev.atex.concurrent;
    exports dev.atex.connection;
    exports dev.atex.connection.local;
    exports dev.atex.executor;
    exports dev.atex.lease;
    exports dev.atex.orchestrator;
    exports dev.atex.provisioner;
    exports dev.atex.provisioner.local;
    exports dev.atex.run;
    exports dev.atex.internal.concurrent to
            dev.atex.cli,
            dev.atex.copy,
            dev.atex.executor.fmf,
            dev.atex.podman,
            dev.atex.report,
            dev.atex.ssh,
            dev.atex.testingfarm;
    exports dev.atex.internal.files to
            dev.atex.cli,
            dev.atex.copy,
            dev.atex.executor.fmf,
            dev.atex.podman,
            dev.atex.report,
            dev.atex.ssh,
            dev.atex.testingfarm;
    exports dev.atex.internal.json to
            dev.atex.cli,
            dev.atex.copy,
            dev.atex.executor.fmf,
            dev.atex.podman,
            dev.atex.report,
            dev.atex.ssh,
            dev.atex.testingfarm;
    exports dev.atex.internal.text to
            dev.atex.cli,
            dev.atex.copy,
            dev.atex.executor.fmf,
            dev.atex.podman,
            dev.atex.report,
            dev.atex.ssh,
            dev.atex.testingfarm;

    uses dev.atex.lease.Reclaimer;
    uses dev.atex.provisioner.ProvisionerFactory;

    provides dev.atex.lease.Reclaimer with
            dev.atex.lease.DirectoryReclaimer,
            dev.atex.provisioner.local.LocalReclaimer;
    provides dev.atex.provisioner.ProvisionerFactory with
            dev.atex.provisioner.local.LocalProvisionerFactory;
}
