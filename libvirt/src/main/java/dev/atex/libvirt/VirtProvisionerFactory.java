package dev.atex.libvirt;

import dev.atex.libvirt.options.VirtSettings;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerFactory;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.pool.PooledProvisioner;
import java.util.List;

/** Creates the provisioner {@code virt,image=VOLUME,max=N}. Found by {@link java.util.ServiceLoader}. */
public final class VirtProvisionerFactory implements ProvisionerFactory {
    /** The kind of the provisioner. */
    public static final String KIND = VirtSettings.KIND;

    /** The daemon may fail for a moment. */
    private static final int ATTEMPTS = 2;

    /** For {@link java.util.ServiceLoader}. */
    public VirtProvisionerFactory() {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<String> aliases() {
        return List.of("libvirt", "tempvirt");
    }

    @Override
    public String summary() {
        return "Virtual machines of libvirt, clones of an image or of a domain, created for the tests and removed after them.";
    }

    @Override
    public List<Option> options() {
        return VirtSettings.options();
    }

    @Override
    public ProvisionerSpec absolute(ProvisionerSpec spec) {
        return VirtSettings.absolute(spec);
    }

    @Override
    public Provisioner create(ProvisionerSpec spec, ProvisionerContext context) throws InvalidOptionException {
        VirtSettings settings = VirtSettings.of(spec);
        return new PooledProvisioner(KIND, settings.max(), ATTEMPTS, new VirtMachines(settings, context));
    }
}
