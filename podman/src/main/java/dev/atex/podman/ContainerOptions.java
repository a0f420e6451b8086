package dev.atex.podman;

import java.time.Duration;
import java.util.List;

/**
 * What containers are made of. Immutable.
 *
 * @param image name or id
 * @param pull when the image is fetched
 * @param systemd whether an init system runs in it: its start is waited for, and it can reboot
 * @param options more arguments for the engine's {@code run}
 * @param command what runs as process 1, with its arguments; empty for what {@code systemd} says: the image's {@code
 *     /sbin/init}, or a shell that waits
 * @param lifetime after this time a container ends by itself, should nobody have removed it
 * @param createLimit how long a service of the engine may take to make a container that it was asked for, should its
 *     answer be lost; without a service this means nothing
 */
public record ContainerOptions(
        String image,
        Pull pull,
        boolean systemd,
        List<String> options,
        List<String> command,
        Duration lifetime,
        Duration createLimit) {

    /** As long as a run may take, unless told otherwise. */
    public static final Duration LONGEST_LIFE = Duration.ofDays(7);

    /** No engine has a limit of its own; the image is there already, and a container is made of it within seconds. */
    public static final Duration LONGEST_CREATE = Duration.ofSeconds(45);

    /** When an image is fetched from a registry. */
    public enum Pull {
        /** When it is not here. */
        MISSING,
        /** Once in each run. */
        ALWAYS,
        /** It has to be here. */
        NEVER
    }

    /** Copies its arguments. */
    public ContainerOptions {
        options = List.copyOf(options);
        command = List.copyOf(command);
    }

    /** Plain containers of this image, which has to have a shell. */
    public static ContainerOptions of(String image) {
        return new ContainerOptions(image, Pull.MISSING, false, List.of(), List.of(), LONGEST_LIFE, LONGEST_CREATE);
    }

    /** The same with another way to get the image. */
    public ContainerOptions withPull(Pull when) {
        return new ContainerOptions(image, when, systemd, options, command, lifetime, createLimit);
    }

    /** The same with an init system. */
    public ContainerOptions withSystemd() {
        return new ContainerOptions(image, pull, true, options, command, lifetime, createLimit);
    }

    /** The same with these arguments for the engine instead. */
    public ContainerOptions withOptions(String... arguments) {
        return new ContainerOptions(image, pull, systemd, List.of(arguments), command, lifetime, createLimit);
    }

    /** The same with another process 1. */
    public ContainerOptions withCommand(String... argv) {
        return new ContainerOptions(image, pull, systemd, options, List.of(argv), lifetime, createLimit);
    }

    /** The same with another lifetime. */
    public ContainerOptions withLifetime(Duration time) {
        return new ContainerOptions(image, pull, systemd, options, command, time, createLimit);
    }

    /** The same with another limit for what the service may take to make one. */
    public ContainerOptions withCreateLimit(Duration time) {
        return new ContainerOptions(image, pull, systemd, options, command, lifetime, time);
    }

    /** What runs as process 1. */
    List<String> init() {
        if (!command.isEmpty()) {
            return command;
        }
        return systemd
                ? List.of("/sbin/init")
                // a shell takes care of orphans, and ends with the first signal that asks it to
                : List.of("sh", "-c", "trap 'exit 0' TERM; sleep " + lifetime.toSeconds() + " & wait");
    }
}
