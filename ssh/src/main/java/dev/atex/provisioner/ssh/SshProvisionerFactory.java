package dev.atex.provisioner.ssh;

import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.PooledProvisioner;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerFactory;
import dev.atex.provisioner.ProvisionerSpec;
import java.util.List;

/** {@code ssh,hosts=a;b;c}: a fixed list of hosts. Found by {@link java.util.ServiceLoader}. */
public final class SshProvisionerFactory implements ProvisionerFactory {
    static final String KIND = "ssh";

    /** For {@link java.util.ServiceLoader}. */
    public SshProvisionerFactory() {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public String summary() {
        return "A fixed list of hosts, over SSH; each is locked for the run and cleaned up after it.";
    }

    @Override
    public List<Option> options() {
        return List.of(
                new Option("hosts", "A;B;C", "the hosts: aliases of the ssh_config file, or [user@]host[:port]"),
                new Option("inventory", "FILE", "more hosts, one a line; # begins a comment"),
                new Option("max", "N", "how many hosts are used at a time (default all)"),
                new Option("config", "FILE", "an ssh_config file instead of ~/.ssh/config"),
                new Option("user", "NAME", "the user to log in as"),
                new Option("port", "N", "the port of the server"),
                new Option("identity", "FILE", "a private key (one with a passphrase: put it into the agent)"),
                new Option("host-keys", "POLICY", "strict (the default), accept-new, or off for throw-away machines"),
                new Option("known-hosts", "FILE", "known keys of hosts instead of ~/.ssh/known_hosts"),
                new Option("password-env", "NAME", "the environment variable that has the password"),
                new Option("password-file", "FILE", "the file that has the password, as its first line"),
                new Option("sudo", "USER", "run commands as this user (default root), by sudo without a password"),
                new Option("transport", "WHICH", "built-in (the default), or openssh: the ssh program"),
                new Option("connect-timeout", "TIME", "the longest that a login may take (default 30s)"),
                new Option("keep-alive", "TIME", "a silent host is asked this often, 3 times (default 10s)"),
                new Option("wait", "TIME", "how long a host may be out of reach, it may be booting (default 1m)"),
                new Option("lock-wait", "TIME", "how long a host may be in use by another run (default 1m)"),
                new Option("lock-expiry", "TIME", "a lock that is not renewed holds this long (default 10m)"));
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
