package dev.atex.testingfarm;

import dev.atex.concurrent.Deadline;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.MachineProgress;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ReleaseException;
import dev.atex.provisioner.Remote;
import dev.atex.provisioner.pool.PooledProvisioner;
import dev.atex.testingfarm.api.Endpoint;
import dev.atex.testingfarm.options.FarmSettings;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Provisions machines of Testing Farm. Spreads requests that start together over one polling interval. */
final class TestingFarmProvisioner implements Provisioner {
    private final FarmSettings settings;
    private final RentedMachines machines;
    private final PooledProvisioner pool;

    TestingFarmProvisioner(FarmSettings settings, List<Endpoint> endpoints, ProvisionerContext context) {
        this.settings = settings;
        machines = new RentedMachines(settings, endpoints, context);
        pool = new PooledProvisioner(TestingFarmProvisionerFactory.KIND, settings.max(), 1, machines);
    }

    @Override
    public String name() {
        return pool.name();
    }

    @Override
    public void onProgress(Consumer<MachineProgress> listener) {
        machines.onProgress(listener);
    }

    @Override
    public void check(Deadline deadline) throws InvalidOptionException, InterruptedException {
        machines.check(deadline);
    }

    @Override
    public void start() throws ProvisionException, InterruptedException {
        pool.start();
    }

    @Override
    public void provision(int count) {
        if (count > 0) {
            machines.pacer().batch(Math.min(count, settings.max()));
        }
        pool.provision(count);
    }

    @Override
    public Optional<Remote> remote(Deadline deadline) throws ProvisionException, InterruptedException {
        return pool.remote(deadline);
    }

    @Override
    public int clear() {
        return pool.clear();
    }

    @Override
    public void stop(Deadline deadline) throws ReleaseException, InterruptedException {
        pool.stop(deadline);
    }
}
