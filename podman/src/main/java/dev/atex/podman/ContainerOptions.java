package dev.atex.podman;

import java.time.Duration;
import java.util.List;

/**
 * The image and the settings of containers. Immutable.
 *
 * @param image its name or id
 * @param pull when the image is pulled
 * @param systemd whether an init system runs: connecting waits until it is up, and the container can reboot
 * @param options more arguments for the engine's {@code run}
 * @param command process 1 with its arguments; if empty, {@code /sbin/init} with {@code systemd}, else a shell that waits
 * @param lifetime the time after which a container ends by itself if nobody has removed it
 * @param createLimit the longest time in which a service of the engine creates a container after its answer was lost; unused
 *     without a service
 */
public record ContainerOptions(
        String image,
        Pull pull,
        boolean systemd,
        List<String> options,
        List<String> command,
        Duration lifetime,
        Duration createLimit) {

    /** The default lifetime: the longest time of a run. */
    public static final Duration LONGEST_LIFE = Duration.ofDays(7);

    /** The default create limit. Engines have none; with the image present they create a container within seconds. */
    public static final Duration LONGEST_CREATE = Duration.ofSeconds(45);

    /** When an image is pulled from a registry. */
    public enum Pull {
        /** If the engine does not have it. */
        MISSING,
        /** Once in each run. */
        ALWAYS,
        /** Never: the engine must have it. */
        NEVER
    }

    /** Copies the lists. */
    public ContainerOptions {
        options = List.copyOf(options);
        command = List.copyOf(command);
    }

    /** Returns options for plain containers of an image that has a shell. */
    public static ContainerOptions of(String image) {
        return new ContainerOptions(image, Pull.MISSING, false, List.of(), List.of(), LONGEST_LIFE, LONGEST_CREATE);
    }

    /** Returns a copy with another pull policy. */
    public ContainerOptions withPull(Pull when) {
        return new ContainerOptions(image, when, systemd, options, command, lifetime, createLimit);
    }

    /** Returns a copy with an init system. */
    public ContainerOptions withSystemd() {
        return new ContainerOptions(image, pull, true, options, command, lifetime, createLimit);
    }

    /** Returns a copy with these arguments for the engine. */
    public ContainerOptions withOptions(String... arguments) {
        return new ContainerOptions(image, pull, systemd, List.of(arguments), command, lifetime, createLimit);
    }

    /** Returns a copy with another process 1. */
    public ContainerOptions withCommand(String... argv) {
        return new ContainerOptions(image, pull, systemd, options, List.of(argv), lifetime, createLimit);
    }

    /** Returns a copy with another lifetime. */
    public ContainerOptions withLifetime(Duration time) {
        return new ContainerOptions(image, pull, systemd, options, command, time, createLimit);
    }

    /** Returns a copy with another create limit. */
    public ContainerOptions withCreateLimit(Duration time) {
        return new ContainerOptions(image, pull, systemd, options, command, lifetime, time);
    }

    /** Returns process 1 with its arguments. */
    List<String> init() {
        if (!command.isEmpty()) {
            return command;
        }
        return systemd
                ? List.of("/sbin/init")
                // a shell reaps orphans, and ends at the first SIGTERM
                : List.of("sh", "-c", "trap 'exit 0' TERM; sleep " + lifetime.toSeconds() + " & wait");
    }
}
