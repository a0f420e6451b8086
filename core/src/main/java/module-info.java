/** ATEX core: connections, provisioners, executors, aggregators and the orchestrators that string them together. */
module dev.atex.core {
    requires static transitive org.jspecify;
    requires transitive tools.jackson.core;

    exports dev.atex.aggregator;
    exports dev.atex.concurrent;
    exports dev.atex.connection;
    exports dev.atex.connection.local;
    exports dev.atex.executor;
    exports dev.atex.files;
    exports dev.atex.json;
    exports dev.atex.lease;
    exports dev.atex.orchestrator;
    exports dev.atex.provisioner;
    exports dev.atex.provisioner.local;
    exports dev.atex.run;
    exports dev.atex.text;

    uses dev.atex.lease.Reclaimer;
    uses dev.atex.provisioner.ProvisionerFactory;

    provides dev.atex.lease.Reclaimer with
            dev.atex.lease.DirectoryReclaimer,
            dev.atex.provisioner.local.LocalReclaimer;
    provides dev.atex.provisioner.ProvisionerFactory with
            dev.atex.provisioner.local.LocalProvisionerFactory;
}
