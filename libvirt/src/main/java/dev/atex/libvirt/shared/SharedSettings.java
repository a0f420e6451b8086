package dev.atex.libvirt.shared;

import dev.atex.connection.ssh.config.SshOptions;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionerSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parsed options of the provisioner.
 *
 * @param address the helper
 * @param image the volume that is copied over that of a domain
 * @param pool its pool
 * @param filter a regular expression of Python for the names of domains
 * @param name the user's name for others
 * @param user the user to log in as on domains
 * @param max the number of domains at a time
 * @param lifetime the time after which other runs may stop a domain that nobody holds
 * @param bootWait the time to wait until a domain can be logged in to
 * @param lockWait the time to wait for a free domain
 */
record SharedSettings(
        HelperAddress address,
        String image,
        String pool,
        Optional<String> filter,
        String name,
        String user,
        int max,
        Duration lifetime,
        Duration bootWait,
        Duration lockWait) {
    private static final int MOST = 1000;
    private static final List<String> PATHS = List.of("identity", "config");

    /** Parses a specification. */
    static SharedSettings of(ProvisionerSpec spec) throws InvalidOptionException {
        List<String> command = spec.list("helper");
        Optional<String> host = spec.text("host").filter(text -> !text.isEmpty());
        if (host.isEmpty() && command.isEmpty()) {
            throw new InvalidOptionException(
                    "provisioner 'shvirt' needs a host: shvirt,host=[user@]HOST,image=VOLUME (or helper=COMMAND for "
                            + "atex-virt-helper on this host)");
        }
        SshOptions options = SshOptions.defaults();
        Optional<Path> config = path(spec, "config");
        Optional<Path> identity = path(spec, "identity");
        if (config.isPresent()) {
            options = options.withConfig(config.get());
        }
        if (identity.isPresent()) {
            options = options.withIdentity(identity.get());
        }
        String name = spec.text("name").orElse(VirtHelper.nameOf(System.getProperty("user.name", "atex")));
        if (!VirtHelper.nameOf(name).equals(name)) {
            throw new InvalidOptionException("provisioner 'shvirt': option 'name' must be 1 to "
                    + VirtHelper.LONGEST_NAME + " ASCII characters without spaces and parentheses, not '" + name + "'");
        }
        return new SharedSettings(
                new HelperAddress(host, command.isEmpty() ? HelperAddress.USUAL_COMMAND : command, options),
                volume(spec),
                spec.text("pool").orElse("default"),
                spec.text("filter"),
                name,
                spec.text("user").orElse("root"),
                spec.integer("max", 1, 1, MOST),
                positive(spec, "lifetime", Duration.ofDays(7)),
                positive(spec, "boot-wait", Duration.ofMinutes(5)),
                positive(spec, "lock-wait", Duration.ofHours(6)));
    }

    /** Checks the name: helpers append it to the directory of the pool. */
    private static String volume(ProvisionerSpec spec) throws InvalidOptionException {
        String image = spec.required("image");
        if (image.contains("/") || image.startsWith(".")) {
            throw new InvalidOptionException("provisioner 'shvirt': option 'image' must be the name of a volume, not '"
                    + image + "': it must not contain '/' or begin with '.'");
        }
        return image;
    }

    private static Duration positive(ProvisionerSpec spec, String option, Duration otherwise)
            throws InvalidOptionException {
        Duration value = spec.duration(option, otherwise);
        if (value.isZero()) {
            throw new InvalidOptionException(
                    "provisioner 'shvirt': option '" + option + "' must be greater than 0, not '0'");
        }
        return value;
    }

    private static Path absolute(String text) {
        boolean home = text.equals("~") || text.startsWith("~/");
        return Path.of(home ? System.getProperty("user.home") + text.substring(1) : text)
                .toAbsolutePath();
    }

    private static Optional<Path> path(ProvisionerSpec spec, String option) throws InvalidOptionException {
        Optional<Path> path = spec.text(option).map(SharedSettings::absolute);
        if (path.isPresent() && !Files.isReadable(path.get())) {
            throw new InvalidOptionException(
                    "provisioner 'shvirt': option '" + option + "': cannot read the file " + path.get());
        }
        return path;
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

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace(";", "\\;");
    }
}
