/** Machines rented from Testing Farm, and a client of its API. */
module dev.atex.testingfarm {
    requires transitive dev.atex.core;
    requires dev.atex.ssh;
    requires transitive java.net.http;
    requires static transitive org.jspecify;
    requires org.snakeyaml.engine;

    exports dev.atex.testingfarm;
    exports dev.atex.testingfarm.api;
    exports dev.atex.testingfarm.http;

    provides dev.atex.lease.Reclaimer with
            dev.atex.testingfarm.TestingFarmReclaimer;
    provides dev.atex.provisioner.ProvisionerFactory with
            dev.atex.testingfarm.TestingFarmProvisionerFactory;
}
