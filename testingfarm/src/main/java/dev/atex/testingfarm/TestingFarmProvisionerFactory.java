package dev.atex.testingfarm;

import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerFactory;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.testingfarm.api.Endpoint;
import dev.atex.testingfarm.api.Token;
import dev.atex.testingfarm.http.Network;
import dev.atex.testingfarm.options.FarmSettings;
import dev.atex.testingfarm.options.OptionReader;
import dev.atex.testingfarm.options.SecurityGroup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code testingfarm,compose=...}: machines of Testing Farm. Found by {@link java.util.ServiceLoader}. */
public final class TestingFarmProvisionerFactory implements ProvisionerFactory {
    /** The word that selects it. */
    public static final String KIND = FarmSettings.KIND;

    /** For {@link java.util.ServiceLoader}. */
    public TestingFarmProvisionerFactory() {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public String summary() {
        return "Machines rented from Testing Farm, each for the tests only; needs a token in " + Token.VARIABLE
                + ", or where 'token-env' says.";
    }

    @Override
    public List<Option> options() {
        return List.of(
                new Option(
                        "compose",
                        "NAME[|NAME]",
                        "which operating system; needed ('atex tf composes' lists them). After a '|': if that cannot be had"),
                new Option("arch", "ARCH[|ARCH]", "which architecture (default x86_64)"),
                new Option("max", "N", "how many at a time (default 3, at most 50)"),
                new Option(
                        "timeout",
                        "TIME",
                        "how long a machine lasts from when its request runs, 2h or minutes (default 720)"),
                new Option(
                        OptionReader.TOKEN_ENV,
                        "NAME[|NAME]",
                        "the environment variable with the token (default " + Token.VARIABLE
                                + "). After a '|': of another ranch, for when the first has no machine"),
                new Option(
                        "budget",
                        "TIME",
                        "no machine is rented any more when all together were used that long, 5h or minutes"),
                new Option("pool", "NAME[|NAME]", "which pool of machines"),
                new Option(
                        "hardware",
                        "A=B;C=D|JSON|FILE",
                        "what the machine must have, as 'memory=>= 8 GB;disk.size=>= 40 GB', JSON, or a file of JSON or YAML"),
                new Option("kickstart", "A=B;C=D", "how it is installed"),
                new Option("variables", "A=B;C=D", "for the reserve test"),
                new Option(
                        "artifacts",
                        "TYPE:ID;...",
                        "what the service installs on it; after blanks install=false, order=40, packages=a+b"),
                new Option("post-install-script", "FILE", "a script that is run when the machine boots first"),
                new Option("watchdog-dispatch-delay", "TIME", "when the service begins to look whether it is alive"),
                new Option("watchdog-period-delay", "TIME", "how often it looks"),
                new Option("tmt-context", "A=B;C=D", "dimensions for tmt on the service's side"),
                new Option("tmt-environment", "A=B;C=D", "variables for it (TMT_REBOOT_TIMEOUT is set unless given)"),
                new Option("tags", "A=B;C=D", "tags of the machine"),
                new Option("skip-guest-setup", "true", "leave the service's own preparation out"),
                new Option("test-url", "URL", "the git repository with the reserve test"),
                new Option("test-ref", "REF", "its branch, tag or commit (default main)"),
                new Option("test-path", "PATH", "the tree of metadata in it (default .)"),
                new Option("test-name", "NAME", "the test's name (default /testing-farm/reserve)"),
                new Option(
                        "key",
                        "FILE",
                        "the private key to log in with, FILE.pub beside it (default the first ~/.ssh/id_*)"),
                new Option("sudo", "USER", "run commands as this user (default root), by sudo without a password"),
                new Option("ssh-config", "FILE", "an ssh_config file instead of ~/.ssh/config"),
                new Option("keep-alive", "TIME", "a silent machine is asked this often, 3 times (default 10s)"),
                new Option("login-wait", "TIME", "how long a ready machine may refuse to let us in (default 30m)"),
                new Option("port", "N", "the TCP port of sshd there (default 22)"),
                new Option(
                        "address",
                        "IP[/BITS];...",
                        "our public addresses, which machines of the public ranch must let in"),
                new Option(
                        "address-service",
                        "URL;...",
                        "who tells ours (default " + SecurityGroup.SERVICES.getFirst() + ", then others)"),
                new Option(
                        "ingress",
                        "PROTOCOL:IP/BITS:PORTS;...",
                        "who else may reach the machine, as tcp:198.51.100.0/24:22"),
                new Option("egress", "PROTOCOL:IP/BITS:PORTS;...", "whom the machine may reach"),
                new Option(
                        "clean", "true|FILE", "run ATEX's script, or this one, to undo the service's customisations"),
                new Option("check", "false", "do not look up compose and hardware before asking for them"),
                new Option("url", "URL", "another service (default " + Endpoint.VARIABLE + ", else the public one)"),
                new Option("ca", "FILE", "certificates (PEM) of authorities to trust besides those of the system"),
                new Option("poll", "TIME", "a request is read that often at most (default 30s)"),
                new Option("retry", "TIME", "how long a service that is down is asked again (default 4h)"),
                new Option("retry-pause", "TIME", "the first pause before that, then twice as long (default 2s)"),
                new Option("answer", "TIME", "the longest that one answer may take (default 1m)"),
                new Option("settle", "TIME", "how late a lost request may come to light (default 1m)"));
    }

    @Override
    public Provisioner create(ProvisionerSpec spec, ProvisionerContext context) throws InvalidOptionException {
        return create(spec, context, System.getenv());
    }

    @Override
    public void check(ProvisionerSpec spec, ProvisionerContext context) throws InvalidOptionException {
        FarmSettings.of(spec);
    }

    /** The same with another environment, where token and URL are. */
    public Provisioner create(ProvisionerSpec spec, ProvisionerContext context, Map<String, String> environment)
            throws InvalidOptionException {
        return new TestingFarmProvisioner(FarmSettings.of(spec), endpoints(spec, environment), context);
    }

    @Override
    public ProvisionerSpec absolute(ProvisionerSpec spec) {
        return FarmSettings.absolute(spec);
    }

    /** Where the service is, with each of the tokens; they are all there. */
    static List<Endpoint> endpoints(ProvisionerSpec spec, Map<String, String> environment)
            throws InvalidOptionException {
        List<Endpoint> endpoints = new ArrayList<>();
        for (String variable : OptionReader.tokens(spec)) {
            endpoints.add(endpoint(spec, environment, variable));
        }
        return endpoints;
    }

    private static Endpoint endpoint(ProvisionerSpec spec, Map<String, String> environment, String variable)
            throws InvalidOptionException {
        Endpoint endpoint;
        try {
            endpoint = Endpoint.of(environment, spec.text("url"), variable);
        } catch (IllegalArgumentException e) {
            throw new InvalidOptionException("provisioner '" + KIND + "': " + e.getMessage());
        }
        if (endpoint.token().isEmpty()) {
            throw new InvalidOptionException(
                    "provisioner '" + KIND + "': there is no token; put one into the environment variable " + variable);
        }
        Optional<Path> ca = spec.text("ca").map(OptionReader::absolute);
        Optional<String> problem = ca.flatMap(Network::problem);
        if (problem.isPresent()) {
            throw new InvalidOptionException("provisioner '" + KIND + "': option 'ca': " + problem.get());
        }
        return ca.isPresent() ? endpoint.trusting(ca.get()) : endpoint;
    }
}
