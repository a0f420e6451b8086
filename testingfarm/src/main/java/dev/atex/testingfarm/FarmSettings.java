package dev.atex.testingfarm;

import dev.atex.connection.ssh.HostKeyPolicy;
import dev.atex.connection.ssh.SshOptions;
import dev.atex.json.Json;
import dev.atex.json.JsonException;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.testingfarm.api.Pace;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the options of the provisioner mean.
 *
 * @param compose which operating system
 * @param arch which architecture
 * @param pool which pool of machines
 * @param hardware what the machine must have, as the service understands it
 * @param kickstart how it is installed
 * @param variables for the reserve test
 * @param artifacts what is installed on it, each with {@code type} and {@code id}
 * @param tags of the machine, besides ours
 * @param skipGuestSetup whether the service leaves its own preparation out
 * @param test the reserve test
 * @param minutes after which the service takes the machine back, everything included
 * @param max how many at a time
 * @param check whether the compose is looked up before anything is asked for
 * @param key the private key, if not the usual one
 * @param address our public address, if it need not be asked for
 * @param addressService who tells it
 * @param clean the script that is run on a new machine, empty for none
 * @param loginWait how long a machine may refuse to let us in
 * @param ssh how to log in
 * @param pace how often the service is asked
 */
record FarmSettings(
        String compose,
        String arch,
        Optional<String> pool,
        Optional<Map<String, @Nullable Object>> hardware,
        Map<String, String> kickstart,
        Map<String, String> variables,
        List<Map<String, @Nullable Object>> artifacts,
        Map<String, String> tags,
        boolean skipGuestSetup,
        ReserveTest test,
        int minutes,
        int max,
        boolean check,
        Optional<Path> key,
        Optional<String> address,
        URI addressService,
        String clean,
        Duration loginWait,
        SshOptions ssh,
        Pace pace) {
    static final int USUAL_MAX = 3;
    static final int LARGEST_MAX = 50;
    static final int USUAL_MINUTES = 720;
    static final String OUR_TAGS = "atex-";
    static final String ADDRESS_SERVICE = "https://ipv4.icanhazip.com";
    /** What {@code clean} may be besides a file. */
    private static final List<String> NO_FILES = List.of("true", "yes", "on", "1", "false", "no", "off", "0");

    private static final int LARGEST_MINUTES = 30 * 24 * 60;

    /** Reads them. */
    static FarmSettings of(ProvisionerSpec spec) throws InvalidOptionException {
        ReserveTest usual = ReserveTest.USUAL;
        Map<String, String> tags = pairs(spec, "tags");
        for (String tag : tags.keySet()) {
            if (tag.startsWith(OUR_TAGS)) {
                throw wrong("tags", "'" + tag + "': tags that begin with '" + OUR_TAGS + "' say whose a machine is");
            }
        }
        return new FarmSettings(
                spec.required("compose"),
                spec.text("arch").filter(text -> !text.isEmpty()).orElse("x86_64"),
                spec.text("pool"),
                hardware(spec),
                pairs(spec, "kickstart"),
                pairs(spec, "variables"),
                artifacts(spec),
                tags,
                spec.flag("skip-guest-setup", false),
                new ReserveTest(
                        spec.text("test-url").orElse(usual.url()),
                        spec.text("test-ref").orElse(usual.ref()),
                        spec.text("test-path").orElse(usual.path()),
                        spec.text("test-name").orElse(usual.name())),
                spec.integer("timeout", USUAL_MINUTES, 1, LARGEST_MINUTES),
                spec.integer("max", USUAL_MAX, 1, LARGEST_MAX),
                spec.flag("check", true),
                key(spec),
                address(spec),
                addressService(spec),
                clean(spec),
                spec.duration("login-wait", Duration.ofMinutes(30)),
                ssh(spec),
                pace(spec));
    }

    /** The same specification with absolute paths: for whoever reads it elsewhere. */
    static ProvisionerSpec absolute(ProvisionerSpec spec) {
        Map<String, String> options = new LinkedHashMap<>(spec.options());
        for (String option : List.of("key", "ssh-config", "clean", "hardware")) {
            Optional<String> text = spec.text(option).filter(value -> isPath(option, value));
            if (text.isPresent()) {
                String path = absolute(text.get()).toString();
                options.put(option, path.replace("\\", "\\\\").replace(";", "\\;"));
            }
        }
        return new ProvisionerSpec(spec.kind(), options);
    }

    private static boolean isPath(String option, String value) {
        return switch (option) {
            case "clean" -> !NO_FILES.contains(value);
            case "hardware" -> !value.strip().startsWith("{");
            default -> true;
        };
    }

    private static Pace pace(ProvisionerSpec spec) throws InvalidOptionException {
        Pace usual = Pace.usual();
        return usual.withPoll(spec.duration("poll", usual.poll()))
                .withFirstPause(spec.duration("retry-pause", usual.firstPause()))
                .withPatience(spec.duration("retry", usual.patience()))
                .withAnswer(positive(spec, "answer", usual.answer()))
                .withSettle(spec.duration("settle", usual.settle()));
    }

    private static Duration positive(ProvisionerSpec spec, String option, Duration otherwise)
            throws InvalidOptionException {
        Duration value = spec.duration(option, otherwise);
        if (!value.isPositive()) {
            throw wrong(option, "it must be longer than 0");
        }
        return value;
    }

    private static SshOptions ssh(ProvisionerSpec spec) throws InvalidOptionException {
        SshOptions options = SshOptions.defaults()
                .withHostKeys(HostKeyPolicy.OFF)
                .withKeepAlive(
                        positive(spec, "keep-alive", SshOptions.defaults().keepAlive()));
        Optional<Path> config = path(spec, "ssh-config");
        if (config.isPresent()) {
            options = options.withConfig(readable("ssh-config", config.get()));
        }
        Optional<String> sudo = spec.text("sudo").map(user -> user.equals("true") ? "root" : user);
        return sudo.isPresent() ? options.withSudo(sudo.get()) : options;
    }

    private static Map<String, String> pairs(ProvisionerSpec spec, String option) throws InvalidOptionException {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String element : spec.list(option)) {
            int equals = element.indexOf('=');
            if (equals <= 0) {
                throw wrong(option, "'" + element + "' must be NAME=VALUE, as in: " + option + "=A=1;B=2");
            }
            pairs.put(element.substring(0, equals), element.substring(equals + 1));
        }
        return pairs;
    }

    private static List<Map<String, @Nullable Object>> artifacts(ProvisionerSpec spec) throws InvalidOptionException {
        List<Map<String, @Nullable Object>> artifacts = new ArrayList<>();
        for (String element : spec.list("artifacts")) {
            int colon = element.indexOf(':');
            if (colon <= 0 || colon == element.length() - 1) {
                throw wrong(
                        "artifacts", "'" + element + "' must be TYPE:ID, as in: artifacts=fedora-koji-build:123456");
            }
            Map<String, @Nullable Object> artifact = new LinkedHashMap<>();
            artifact.put("type", element.substring(0, colon));
            artifact.put("id", element.substring(colon + 1));
            artifacts.add(artifact);
        }
        return artifacts;
    }

    private static Optional<Map<String, @Nullable Object>> hardware(ProvisionerSpec spec)
            throws InvalidOptionException {
        Optional<String> value = spec.text("hardware");
        if (value.isEmpty()) {
            return Optional.empty();
        }
        String text = value.get().strip();
        if (!text.startsWith("{")) {
            text = content("hardware", absolute(text));
        }
        try {
            if (Json.parse(text) instanceof Map<?, ?> map) {
                Map<String, @Nullable Object> hardware = new LinkedHashMap<>();
                map.forEach((key, each) -> hardware.put(String.valueOf(key), each));
                return Optional.of(hardware);
            }
            throw wrong("hardware", "it must be a JSON object");
        } catch (JsonException e) {
            throw wrong("hardware", "it must be a JSON object, or a file with one: " + e.getMessage());
        }
    }

    private static Optional<Path> key(ProvisionerSpec spec) throws InvalidOptionException {
        Optional<Path> key = path(spec, "key");
        if (key.isPresent()) {
            readable("key", key.get());
            readable("key", key.get().resolveSibling(key.get().getFileName() + ".pub"));
        }
        return key;
    }

    private static Optional<String> address(ProvisionerSpec spec) throws InvalidOptionException {
        Optional<String> address = spec.text("address");
        if (address.isPresent() && !OwnAddress.isAddress(address.get())) {
            throw wrong("address", "it must be an IPv4 address, not '" + address.get() + "'");
        }
        return address;
    }

    private static URI addressService(ProvisionerSpec spec) throws InvalidOptionException {
        String text = spec.text("address-service").orElse(ADDRESS_SERVICE);
        try {
            URI uri = URI.create(text);
            if (uri.getHost() != null && String.valueOf(uri.getScheme()).startsWith("http")) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw wrong("address-service", "'" + text + "' is not a URL: " + e.getMessage());
        }
        throw wrong("address-service", "'" + text + "' is not a URL");
    }

    private static String clean(ProvisionerSpec spec) throws InvalidOptionException {
        String text = spec.text("clean").orElse("false");
        if (!NO_FILES.contains(text)) {
            return content("clean", absolute(text));
        }
        return spec.flag("clean", false) ? ownScript() : "";
    }

    private static String ownScript() {
        try (InputStream in = FarmSettings.class.getResourceAsStream("clean.sh")) {
            if (in == null) {
                throw new IllegalStateException("clean.sh is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Path> path(ProvisionerSpec spec, String option) {
        return spec.text(option).map(FarmSettings::absolute);
    }

    private static Path absolute(String text) {
        boolean home = text.equals("~") || text.startsWith("~/");
        return Path.of(home ? System.getProperty("user.home") + text.substring(1) : text)
                .toAbsolutePath();
    }

    private static Path readable(String option, Path file) throws InvalidOptionException {
        if (!Files.isReadable(file)) {
            throw wrong(option, "cannot read the file " + file);
        }
        return file;
    }

    private static String content(String option, Path file) throws InvalidOptionException {
        try {
            return Files.readString(readable(option, file));
        } catch (IOException e) {
            throw wrong(option, "cannot read the file " + file + ": " + e);
        }
    }

    private static InvalidOptionException wrong(String option, String why) {
        return new InvalidOptionException(
                "provisioner '" + TestingFarmProvisionerFactory.KIND + "': option '" + option + "': " + why);
    }
}
