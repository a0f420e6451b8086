package dev.atex.system.cloud;

import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerFactory;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.pool.PooledProvisioner;
import java.util.List;

/** {@code cloud,url=U,max=N}: machines of the service; what runs on them runs here. */
public final class CloudProvisionerFactory implements ProvisionerFactory {
    static final String KIND = "cloud";

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public String summary() {
        return "Machines of a service in a test.";
    }

    @Override
    public List<Option> options() {
        return List.of(
                new Option("url", "URL", "where the service is"), new Option("max", "N", "how many (default 1)"));
    }

    @Override
    public Provisioner create(ProvisionerSpec spec, ProvisionerContext context) throws InvalidOptionException {
        String url = spec.options().get("url");
        return new PooledProvisioner(
                KIND,
                spec.integer("max", 1, 1, 100),
                1,
                (_, number) -> new CloudReservation("cloud-" + number, url, context.leases()));
    }
}
