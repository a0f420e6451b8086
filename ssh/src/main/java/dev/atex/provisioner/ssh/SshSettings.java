package dev.atex.provisioner.ssh;

import dev.atex.connection.ssh.config.HostKeyPolicy;
import dev.atex.connection.ssh.config.Secret;
import dev.atex.connection.ssh.config.SshOptions;
import dev.atex.connection.ssh.config.SshTransport;
import dev.atex.internal.files.FileProblems;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The parsed options of the provisioner.
 *
 * @param hosts the hosts, without duplicates
 * @param max the number of hosts used at a time
 * @param options the options of connections
 * @param bootWait the time to wait for a host that cannot be reached
 * @param lockWait the time to wait for a host that another run uses
 * @param lockExpiry the time until a lock expires that is not renewed
 */
record SshSettings(
        List<String> hosts, int max, SshOptions options, Duration bootWait, Duration lockWait, Duration lockExpiry) {
    private static final int LARGEST_PORT = 65535;
    private static final Duration SHORTEST_EXPIRY = Duration.ofSeconds(3);
    /** Hosts ignore locks of more than a day: the clock was wrong. */
    private static final Duration LONGEST_EXPIRY = Duration.ofHours(12);

    /** Options with paths, relative to the current directory. */
    private static final List<String> PATHS =
            List.of("inventory", "config", "identity", "known-hosts", "password-file");

    /** Parses a specification. */
    static SshSettings of(ProvisionerSpec spec) throws InvalidOptionException {
        List<String> hosts = hosts(spec);
        SshOptions defaults = SshOptions.defaults();
        SshOptions options = new SshOptions(
                transport(spec),
                path(spec, "config"),
                spec.text("user"),
                spec.text("port").isEmpty() ? Optional.empty() : Optional.of(spec.integer("port", 0, 1, LARGEST_PORT)),
                path(spec, "identity"),
                false,
                hostKeys(spec),
                path(spec, "known-hosts"),
                password(spec),
                spec.text("sudo").map(user -> user.equals("true") ? "root" : user),
                Optional.empty(),
                positive(spec, "connect-timeout", defaults.connectTimeout()),
                positive(spec, "keep-alive", defaults.keepAlive()));
        Duration expiry = positive(spec, "lock-expiry", Duration.ofMinutes(10));
        if (expiry.compareTo(SHORTEST_EXPIRY) < 0 || expiry.compareTo(LONGEST_EXPIRY) > 0) {
            throw new InvalidOptionException(
                    "provisioner 'ssh': option 'lock-expiry' must be between 3s and 12h (a lock is renewed while the run lives)");
        }
        return new SshSettings(
                hosts,
                spec.integer("max", hosts.size(), 1, Integer.MAX_VALUE),
                options,
                spec.duration("wait", Duration.ofMinutes(1)),
                spec.duration("lock-wait", Duration.ofMinutes(1)),
                expiry);
    }

    /** Returns the specification with absolute paths, to be parsed in another directory. */
    static ProvisionerSpec absolute(ProvisionerSpec spec) {
        Map<String, String> options = new LinkedHashMap<>(spec.options());
        for (String option : PATHS) {
            spec.text(option)
                    .ifPresent(
                            text -> options.put(option, escaped(absolute(text).toString())));
        }
        return new ProvisionerSpec(spec.kind(), options);
    }

    /** Returns the specification for one of the hosts, without the inventory, which may not exist any more later. */
    static ProvisionerSpec ofOne(ProvisionerSpec spec, String host) {
        Map<String, String> options = new LinkedHashMap<>(spec.options());
        options.remove("inventory");
        options.remove("max");
        options.put("hosts", escaped(host));
        return new ProvisionerSpec(spec.kind(), options);
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace(";", "\\;");
    }

    private static Path absolute(String text) {
        boolean home = text.equals("~") || text.startsWith("~/");
        return Path.of(home ? System.getProperty("user.home") + text.substring(1) : text)
                .toAbsolutePath();
    }

    private static Optional<Path> path(ProvisionerSpec spec, String option) throws InvalidOptionException {
        Optional<Path> path = spec.text(option).map(SshSettings::absolute);
        if (path.isPresent() && !option.equals("known-hosts") && !Files.isReadable(path.get())) {
            throw new InvalidOptionException(
                    "provisioner 'ssh': option '" + option + "': cannot read the file " + path.get());
        }
        return path;
    }

    private static List<String> hosts(ProvisionerSpec spec) throws InvalidOptionException {
        List<String> hosts = new ArrayList<>(spec.list("hosts"));
        Optional<Path> inventory = path(spec, "inventory");
        if (inventory.isPresent()) {
            try {
                for (String line : Files.readAllLines(inventory.get())) {
                    String host = line.replaceFirst("(^|\\s)#.*", "").strip();
                    if (host.contains(" ") || host.contains("\t")) {
                        throw new InvalidOptionException(
                                inventory.get() + ": expected one host per line, not '" + host + "'");
                    }
                    if (!host.isEmpty()) {
                        hosts.add(host);
                    }
                }
            } catch (IOException e) {
                throw new InvalidOptionException(
                        "cannot read the inventory " + inventory.get() + ": " + FileProblems.of(e));
            }
        }
        if (hosts.isEmpty()) {
            throw new InvalidOptionException(
                    "provisioner 'ssh' needs hosts: ssh,hosts=a;b;c or ssh,inventory=FILE with one host per line");
        }
        Set<String> seen = new HashSet<>();
        for (String host : hosts) {
            if (!seen.add(host)) {
                throw new InvalidOptionException("provisioner 'ssh': the host '" + host + "' is given twice");
            }
        }
        return List.copyOf(hosts);
    }

    private static SshTransport transport(ProvisionerSpec spec) throws InvalidOptionException {
        return switch (spec.text("transport").orElse("built-in")) {
            case "built-in" -> SshTransport.BUILT_IN;
            case "openssh" -> SshTransport.OPENSSH;
            case String other -> throw wrong("transport", "built-in or openssh", other);
        };
    }

    private static Optional<HostKeyPolicy> hostKeys(ProvisionerSpec spec) throws InvalidOptionException {
        Optional<String> policy = spec.text("host-keys");
        if (policy.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                switch (policy.get()) {
                    case "strict" -> HostKeyPolicy.STRICT;
                    case "accept-new" -> HostKeyPolicy.ACCEPT_NEW;
                    case "off" -> HostKeyPolicy.OFF;
                    case String other -> throw wrong("host-keys", "strict, accept-new or off", other);
                });
    }

    private static Optional<Secret> password(ProvisionerSpec spec) throws InvalidOptionException {
        Optional<Secret> variable = spec.text("password-env").map(Secret.InEnvironment::new);
        Optional<Secret> file = path(spec, "password-file").map(Secret.InFile::new);
        if (variable.isPresent() && file.isPresent()) {
            throw new InvalidOptionException("provisioner 'ssh': give one of 'password-env' and 'password-file'");
        }
        Optional<Secret> secret = variable.or(() -> file);
        if (secret.isPresent()) {
            try {
                String _ = secret.get().read();
            } catch (IOException e) {
                throw new InvalidOptionException("provisioner 'ssh': " + e.getMessage());
            }
        }
        return secret;
    }

    private static Duration positive(ProvisionerSpec spec, String option, Duration otherwise)
            throws InvalidOptionException {
        Duration value = spec.duration(option, otherwise);
        if (value.isZero()) {
            throw wrong(option, "greater than 0", "0");
        }
        return value;
    }

    private static InvalidOptionException wrong(String option, String wanted, String value) {
        return new InvalidOptionException(
                "provisioner 'ssh': option '" + option + "' must be " + wanted + ", not '" + value + "'");
    }
}
