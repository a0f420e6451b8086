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

/** Creates the provisioner {@code testingfarm,compose=...}. Found by {@link java.util.ServiceLoader}. */
public final class TestingFarmProvisionerFactory implements ProvisionerFactory {
    /** The kind of the provisioner. */
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
                        "the operating system; required ('atex tf composes' lists them). After '|': a fallback"),
                new Option("arch", "ARCH[|ARCH]", "the architecture (default x86_64)"),
                new Option("max", "N", "the number of machines at a time (default 3, at most 50)"),
                new Option(
                        "timeout",
                        "TIME",
                        "the lifetime of a machine from the start of its request, as 2h or in minutes (default 720)"),
                new Option(
                        OptionReader.TOKEN_ENV,
                        "NAME[|NAME]",
                        "the environment variable with the token (default " + Token.VARIABLE
                                + "). After '|': the token of another ranch, a fallback"),
                new Option(
                        "budget",
                        "TIME",
                        "the total time of all machines after which no more are rented, as 5h or in minutes"),
                new Option("pool", "NAME[|NAME]", "the pool of machines. After '|': a fallback"),
                new Option(
                        "hardware",
                        "A=B;C=D|JSON|FILE",
                        "hardware requirements, as 'memory=>= 8 GB;disk.size=>= 40 GB', JSON, or a file with JSON or YAML"),
                new Option("kickstart", "A=B;C=D", "options of the installation"),
                new Option("variables", "A=B;C=D", "variables of the reserve test"),
                new Option(
                        "artifacts",
                        "TYPE:ID;...",
                        "artifacts that the service installs; after blanks install=false, order=40, packages=a+b"),
                new Option("post-install-script", "FILE", "a script that runs at the first boot"),
                new Option(
                        "watchdog-dispatch-delay",
                        "TIME",
                        "the time until the service starts to check that the machine is alive"),
                new Option("watchdog-period-delay", "TIME", "the time between two of these checks"),
                new Option("tmt-context", "A=B;C=D", "context dimensions for tmt in the service"),
                new Option(
                        "tmt-environment",
                        "A=B;C=D",
                        "variables for tmt in the service (TMT_REBOOT_TIMEOUT has a default)"),
                new Option("tags", "A=B;C=D", "tags of the machine"),
                new Option("skip-guest-setup", "true", "skip the preparation by the service"),
                new Option("test-url", "URL", "the git repository of the reserve test"),
                new Option("test-ref", "REF", "its branch, tag or commit (default main)"),
                new Option("test-path", "PATH", "the metadata tree in it (default .)"),
                new Option("test-name", "NAME", "the name of the test (default /testing-farm/reserve)"),
                new Option(
                        "key",
                        "FILE",
                        "the private key for logins, with FILE.pub beside it (default the first ~/.ssh/id_*)"),
                new Option("sudo", "USER", "run commands as this user (default root) with sudo, without a password"),
                new Option("ssh-config", "FILE", "an ssh_config file instead of ~/.ssh/config"),
                new Option(
                        "keep-alive",
                        "TIME",
                        "the interval of keep-alive messages; 3 without an answer end the connection (default 10s)"),
                new Option(
                        "login-wait",
                        "TIME",
                        "the longest time in which a ready machine may refuse logins (default 30m)"),
                new Option("port", "N", "the TCP port of sshd (default 22)"),
                new Option(
                        "address", "IP[/BITS];...", "our public addresses, which machines of the public ranch admit"),
                new Option(
                        "address-service",
                        "URL;...",
                        "services that return our address (default " + SecurityGroup.SERVICES.getFirst()
                                + ", then others)"),
                new Option(
                        "ingress",
                        "PROTOCOL:IP/BITS:PORTS;...",
                        "who else may connect to the machine, as tcp:198.51.100.0/24:22"),
                new Option("egress", "PROTOCOL:IP/BITS:PORTS;...", "where the machine may connect to"),
                new Option(
                        "clean",
                        "true|FILE",
                        "undo the customizations of the service with ATEX's script, or with this one"),
                new Option("check", "false", "do not check compose and hardware before the request"),
                new Option(
                        "url",
                        "URL",
                        "the URL of the service (default " + Endpoint.VARIABLE + ", else the public one)"),
                new Option("ca", "FILE", "certificates (PEM) of more trusted authorities"),
                new Option("poll", "TIME", "the shortest time between two reads of a request (default 30s)"),
                new Option("retry", "TIME", "the time for which failed calls are retried (default 4h)"),
                new Option("retry-pause", "TIME", "the pause before the first retry, doubled each time (default 2s)"),
                new Option("answer", "TIME", "the longest time without a byte of an answer (default 1m)"),
                new Option("settle", "TIME", "the time in which a request with a lost answer may appear (default 1m)"));
    }

    @Override
    public Provisioner create(ProvisionerSpec spec, ProvisionerContext context) throws InvalidOptionException {
        return create(spec, context, System.getenv());
    }

    @Override
    public void check(ProvisionerSpec spec, ProvisionerContext context) throws InvalidOptionException {
        FarmSettings.of(spec);
    }

    /** Creates a provisioner with token and URL from these variables. */
    public Provisioner create(ProvisionerSpec spec, ProvisionerContext context, Map<String, String> environment)
            throws InvalidOptionException {
        return new TestingFarmProvisioner(FarmSettings.of(spec), endpoints(spec, environment), context);
    }

    @Override
    public ProvisionerSpec absolute(ProvisionerSpec spec) {
        return FarmSettings.absolute(spec);
    }

    /** Returns an endpoint for each token; fails if a token is missing. */
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
                    "provisioner '" + KIND + "': there is no token; set the environment variable " + variable);
        }
        Optional<Path> ca = spec.text("ca").map(OptionReader::absolute);
        Optional<String> problem = ca.flatMap(Network::problem);
        if (problem.isPresent()) {
            throw new InvalidOptionException("provisioner '" + KIND + "': option 'ca': " + problem.get());
        }
        return ca.isPresent() ? endpoint.trusting(ca.get()) : endpoint;
    }
}
