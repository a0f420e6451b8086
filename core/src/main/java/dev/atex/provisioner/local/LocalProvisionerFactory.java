package dev.atex.provisioner.local;

import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerFactory;
import dev.atex.provisioner.ProvisionerSpec;
import java.util.List;

/** {@code local,max=N}: this host. Found by {@link java.util.ServiceLoader}. */
public final class LocalProvisionerFactory implements ProvisionerFactory {
    static final String KIND = "local";

    private static final int MOST = 1_000_000;

    /** For {@link java.util.ServiceLoader}. */
    public LocalProvisionerFactory() {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public String summary() {
        return "This host itself; tests can see and disturb each other and everything else here.";
    }

    @Override
    public List<Option> options() {
        return List.of(new Option("max", "N", "how many tests run here at a time (default 1)"));
    }

    @Override
    public Provisioner create(ProvisionerSpec spec, ProvisionerContext context) throws InvalidOptionException {
        return LocalProvisioner.of(spec.integer("max", 1, 1, MOST), context.leases());
    }
}
