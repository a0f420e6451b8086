package dev.atex.podman;

import dev.atex.podman.engine.Engine;
import dev.atex.podman.engine.EngineException;
import dev.atex.podman.engine.EngineKind;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerFactory;
import dev.atex.provisioner.ProvisionerSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Creates provisioners for containers of one engine. */
abstract sealed class ContainerProvisionerFactory implements ProvisionerFactory
        permits PodmanProvisionerFactory, DockerProvisionerFactory {
    private static final int MOST = 10_000;
    private static final Duration SHORTEST_ALLOWED = Duration.ofSeconds(1);
    private static final Duration LONGEST_ALLOWED = Duration.ofDays(365);

    private final EngineKind engine;

    ContainerProvisionerFactory(EngineKind engine) {
        this.engine = engine;
    }

    @Override
    public String kind() {
        return engine.word();
    }

    @Override
    public String summary() {
        return "Containers of " + engine.word() + " on this host, created for the tests and removed after them.";
    }

    @Override
    public List<Option> options() {
        List<Option> options = new ArrayList<>(List.of(
                new Option("image", "IMAGE", "what they are made from; needed"),
                new Option("max", "N", "how many at a time (default 1)"),
                new Option("pull", "WHEN", "fetch the image: missing (default), always, never"),
                new Option("options", "ARG[;ARG]", "more arguments for '" + engine.word() + " run'"),
                new Option("command", "ARG[;ARG]", "what runs as process 1 (default: a shell that waits)"),
                new Option("lifetime", "DURATION", "when one ends by itself if nobody removes it (default 7d)"),
                new Option(
                        "create-limit",
                        "DURATION",
                        "how long a service may take to make one that it was asked for (default 45s)"),
                new Option("program", "PATH", "the program to call (default " + engine.word() + ")")));
        if (engine == EngineKind.PODMAN) {
            options.add(2, new Option("systemd", "true", "run /sbin/init, wait until it is up; tests can reboot it"));
        }
        return options;
    }

    @Override
    public ProvisionerSpec absolute(ProvisionerSpec spec) {
        Map<String, String> options = new LinkedHashMap<>(spec.options());
        options.computeIfPresent(
                "program",
                (_, program) -> program.contains("/")
                        ? Path.of(program).toAbsolutePath().toString()
                        : program);
        return new ProvisionerSpec(spec.kind(), options);
    }

    @Override
    public Provisioner create(ProvisionerSpec spec, ProvisionerContext context) throws InvalidOptionException {
        ContainerOptions options = new ContainerOptions(
                spec.required("image"),
                pull(spec),
                spec.flag("systemd", false),
                spec.list("options"),
                spec.list("command"),
                duration(spec, "lifetime", ContainerOptions.LONGEST_LIFE),
                duration(spec, "create-limit", ContainerOptions.LONGEST_CREATE));
        if (options.image().startsWith("-")) {
            throw new InvalidOptionException(
                    "provisioner '" + kind() + "': option 'image' must be an image, not '" + options.image() + "'");
        }
        int max = spec.integer("max", 1, 1, MOST);
        try {
            Engine found = Engine.find(engine, spec.text("program").orElse(engine.word()));
            return ContainerProvisioners.of(found, options, max, context);
        } catch (EngineException e) {
            throw new InvalidOptionException("provisioner '" + kind() + "': " + e.getMessage());
        }
    }

    private Duration duration(ProvisionerSpec spec, String option, Duration otherwise) throws InvalidOptionException {
        Duration given = spec.duration(option, otherwise);
        if (given.compareTo(SHORTEST_ALLOWED) < 0 || given.compareTo(LONGEST_ALLOWED) > 0) {
            throw new InvalidOptionException(
                    "provisioner '" + kind() + "': option '" + option + "' must be between 1s and 365d");
        }
        return given;
    }

    private ContainerOptions.Pull pull(ProvisionerSpec spec) throws InvalidOptionException {
        String word = spec.text("pull").orElse("missing");
        return switch (word) {
            case "missing" -> ContainerOptions.Pull.MISSING;
            case "always" -> ContainerOptions.Pull.ALWAYS;
            case "never" -> ContainerOptions.Pull.NEVER;
            default ->
                throw new InvalidOptionException("provisioner '" + kind()
                        + "': option 'pull' must be missing, always or never, not '" + word + "'");
        };
    }
}
