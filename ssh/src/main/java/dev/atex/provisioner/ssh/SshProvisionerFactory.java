package dev.atex.provisioner.ssh;

import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerFactory;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.pool.PooledProvisioner;
import java.util.List;

/** Creates provisioners of kind {@code ssh}: a fixed list of hosts. */
public final class SshProvisionerFactory implements ProvisionerFactory {
    static final String KIND = "ssh";

    /** Creates a factory; for {@link java.util.ServiceLoader}. */
    public SshProvisionerFactory() {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public String summary() {
        return "A fixed list of hosts, over SSH; each is locked during the run and cleaned up after it.";
    }

    @Override
    public List<Option> options() {
        return List.of(
                new Option("hosts", "A;B;C", "the hosts: aliases of the ssh_config file, or [user@]host[:port]"),
                new Option("inventory", "FILE", "a file with more hosts, one per line; # starts a comment"),
                new Option("max", "N", "the number of hosts used at a time (default all)"),
                new Option("config", "FILE", "an ssh_config file instead of ~/.ssh/config"),
                new Option("user", "NAME", "the user to log in as"),
                new Option("port", "N", "the TCP port of the server"),
                new Option("identity", "FILE", "a private key (add one with a passphrase to the agent)"),
                new Option("host-keys", "POLICY", "strict (default), accept-new, or off for throw-away machines"),
                new Option("known-hosts", "FILE", "a known_hosts file instead of ~/.ssh/known_hosts"),
                new Option("password-env", "NAME", "the environment variable with the password"),
                new Option("password-file", "FILE", "the file whose first line is the password"),
                new Option("sudo", "USER", "run commands as this user (default root), by sudo without a password"),
                new Option("transport", "WHICH", "built-in (default), or openssh: the ssh program"),
                new Option("connect-timeout", "TIME", "time limit for a login (default 30s)"),
                new Option(
                        "keep-alive", "TIME", "interval of the 3 keep-alive requests to a silent host (default 10s)"),
                new Option("wait", "TIME", "time to wait for a host that boots (default 1m)"),
                new Option("lock-wait", "TIME", "time to wait for a host that another run uses (default 1m)"),
                new Option("lock-expiry", "TIME", "time until a lock expires that is not renewed (default 10m)"));
    }

    @Override
    public ProvisionerSpec absolute(ProvisionerSpec spec) {
        return SshSettings.absolute(spec);
    }

    @Override
    public List<ProvisionerSpec> ofEach(ProvisionerSpec spec) throws InvalidOptionException {
        return SshSettings.of(spec).hosts().stream()
                .map(host -> SshSettings.ofOne(spec, host))
                .toList();
    }

    @Override
    public Provisioner create(ProvisionerSpec spec, ProvisionerContext context) throws InvalidOptionException {
        SshSettings settings = SshSettings.of(spec);
        int max = Math.min(settings.max(), settings.hosts().size());
        return new PooledProvisioner(KIND, max, 1, new HostList(absolute(spec), settings, context));
    }
}
