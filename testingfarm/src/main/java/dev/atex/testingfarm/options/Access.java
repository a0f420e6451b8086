package dev.atex.testingfarm.options;

import dev.atex.connection.ssh.config.HostKeyPolicy;
import dev.atex.connection.ssh.config.SshOptions;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionerSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The options for logins to a machine.
 *
 * @param key the private key; empty for the default
 * @param ssh the options of the connection
 * @param loginWait the longest time in which a machine may refuse logins
 * @param clean the script that runs on a new machine; empty for none
 */
public record Access(Optional<Path> key, SshOptions ssh, Duration loginWait, String clean) {
    /** Values of {@code clean} that are not files. */
    private static final List<String> NO_FILES = List.of("true", "yes", "on", "1", "false", "no", "off", "0");

    private static final int LARGEST_PORT = 65535;

    /** Reads the options. */
    static Access of(ProvisionerSpec spec) throws InvalidOptionException {
        return new Access(key(spec), ssh(spec), spec.duration("login-wait", Duration.ofMinutes(30)), clean(spec));
    }

    /** Returns whether this value of {@code clean} is a file. */
    static boolean isFile(String clean) {
        return !NO_FILES.contains(clean);
    }

    private static Optional<Path> key(ProvisionerSpec spec) throws InvalidOptionException {
        Optional<Path> key = OptionReader.path(spec, "key");
        if (key.isPresent()) {
            OptionReader.readable("key", key.get());
            OptionReader.readable("key", key.get().resolveSibling(key.get().getFileName() + ".pub"));
        }
        return key;
    }

    private static SshOptions ssh(ProvisionerSpec spec) throws InvalidOptionException {
        SshOptions options = SshOptions.defaults()
                .withHostKeys(HostKeyPolicy.OFF)
                .withKeepAlive(OptionReader.positive(
                        spec, "keep-alive", SshOptions.defaults().keepAlive()));
        Optional<Path> config = OptionReader.path(spec, "ssh-config");
        if (config.isPresent()) {
            options = options.withConfig(OptionReader.readable("ssh-config", config.get()));
        }
        if (spec.text("port").isPresent()) {
            options = options.withPort(spec.integer("port", 1, 1, LARGEST_PORT));
        }
        Optional<String> sudo = spec.text("sudo").map(user -> user.equals("true") ? "root" : user);
        return sudo.isPresent() ? options.withSudo(sudo.get()) : options;
    }

    private static String clean(ProvisionerSpec spec) throws InvalidOptionException {
        String text = spec.text("clean").orElse("false");
        if (isFile(text)) {
            return OptionReader.content("clean", OptionReader.absolute(text));
        }
        return spec.flag("clean", false) ? ownScript() : "";
    }

    private static String ownScript() {
        try (InputStream in = Access.class.getResourceAsStream("clean.sh")) {
            if (in == null) {
                throw new IllegalStateException("clean.sh is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
