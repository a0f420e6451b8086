package dev.atex.testingfarm;

import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.testingfarm.options.FarmSettings;

/** Creates provisioners with a stand-in, for tests and benchmarks of other modules. */
public final class TestingFarms {
    private TestingFarms() {}

    public static Provisioner create(StandIn service, ProvisionerSpec spec, ProvisionerContext context)
            throws InvalidOptionException {
        return new TestingFarmProvisioner(FarmSettings.of(spec), service.endpoints(), context);
    }
}
