package dev.atex.libvirt.shared;

import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerFactory;
import dev.atex.provisioner.ProvisionerSpec;
import java.util.List;

/** Creates provisioners of kind {@code shvirt}: domains of a VM host that several people share. */
public final class SharedProvisionerFactory implements ProvisionerFactory {
    /** The kind of the provisioners. */
    public static final String KIND = "shvirt";

    /** Creates a factory; for {@link java.util.ServiceLoader}. */
    public SharedProvisionerFactory() {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public String summary() {
        return "Virtual machines of a host that several people share, lent by atex-virt-helper there.";
    }

    @Override
    public List<Option> options() {
        return List.of(
                new Option("host", "HOST", "the host: an alias of the ssh_config file, or [user@]host[:port]"),
                new Option("image", "VOLUME", "the volume that a domain starts from, as a copy; needed"),
                new Option("pool", "NAME", "the pool of the volumes (default 'default')"),
                new Option("filter", "REGEX", "use only domains whose whole name matches (syntax of Python)"),
                new Option("name", "NAME", "the name that other users see (default: your user name, 15 bytes of it)"),
                new Option("identity", "FILE", "a private key for the host and its domains"),
                new Option("config", "FILE", "an ssh_config file instead of ~/.ssh/config"),
                new Option("user", "NAME", "the user to log in as on domains (default root)"),
                new Option("max", "N", "the number of domains at a time (default 1)"),
                new Option(
                        "helper",
                        "PROGRAM[;ARG]",
                        "the helper (default atex-virt-helper); without 'host' it runs here"),
                new Option("lock-wait", "TIME", "time to wait for a free domain (default 6h)"),
                new Option("boot-wait", "TIME", "time to wait until a domain can be logged in to (default 5m)"),
                new Option(
                        "lifetime",
                        "TIME",
                        "when other runs may stop a domain that nobody holds any more (default 7d)"));
    }

    @Override
    public ProvisionerSpec absolute(ProvisionerSpec spec) {
        return SharedSettings.absolute(spec);
    }

    @Override
    public Provisioner create(ProvisionerSpec spec, ProvisionerContext context) throws InvalidOptionException {
        return new SharedHost(absolute(spec), SharedSettings.of(spec), Pace.USUAL, context).provisioner();
    }
}
