/** ATEX core: connections, provisioners, executors, aggregators, and the orchestrator that runs tests with them. */
@SuppressWarnings("module") // the modules that the qualified exports name do not exist yet when this one is compiled
module dev.atex.core {
    requires static transitive org.jspecify;
    requires transitive tools.jackson.core;

    exports dev.atex.aggregator;
    exports dev.atex.concurrent;
    exports dev.atex.connection;
    exports dev.atex.executor;
    exports dev.atex.lease;
    exports dev.atex.local;
    exports dev.atex.orchestrator;
    exports dev.atex.provisioner;
    exports dev.atex.results;
    exports dev.atex.run;
    exports dev.atex.connection.support to
            dev.atex.executor.fmf,
            dev.atex.libvirt,
            dev.atex.podman,
            dev.atex.ssh;
    exports dev.atex.lease.ledger to
            dev.atex.cli,
            dev.atex.executor.fmf,
            dev.atex.libvirt,
            dev.atex.podman,
            dev.atex.ssh,
            dev.atex.testingfarm;
    exports dev.atex.local.process to
            dev.atex.libvirt,
            dev.atex.podman,
            dev.atex.ssh;
    exports dev.atex.provisioner.pool to
            dev.atex.libvirt,
            dev.atex.podman,
            dev.atex.ssh,
            dev.atex.testingfarm;
    exports dev.atex.run.model to
            dev.atex.cli,
            dev.atex.report;
    exports dev.atex.internal.concurrent to
            dev.atex.cli,
            dev.atex.copy,
            dev.atex.executor.fmf,
            dev.atex.libvirt,
            dev.atex.podman,
            dev.atex.report,
            dev.atex.ssh,
            dev.atex.testingfarm;
    exports dev.atex.internal.files to
            dev.atex.cli,
            dev.atex.copy,
            dev.atex.executor.fmf,
            dev.atex.libvirt,
            dev.atex.podman,
            dev.atex.report,
            dev.atex.ssh,
            dev.atex.testingfarm;
    exports dev.atex.internal.json to
            dev.atex.cli,
            dev.atex.copy,
            dev.atex.executor.fmf,
            dev.atex.libvirt,
            dev.atex.podman,
            dev.atex.report,
            dev.atex.ssh,
            dev.atex.testingfarm;
    exports dev.atex.internal.text to
            dev.atex.cli,
            dev.atex.copy,
            dev.atex.executor.fmf,
            dev.atex.libvirt,
            dev.atex.podman,
            dev.atex.report,
            dev.atex.ssh,
            dev.atex.testingfarm;

    uses dev.atex.lease.Reclaimer;
    uses dev.atex.provisioner.ProvisionerFactory;

    provides dev.atex.lease.Reclaimer with
            dev.atex.lease.ledger.DirectoryReclaimer,
            dev.atex.local.process.LocalReclaimer;
    provides dev.atex.provisioner.ProvisionerFactory with
            dev.atex.local.LocalProvisionerFactory;
}
