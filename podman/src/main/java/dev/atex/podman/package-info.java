/**
 * Containers as machines: {@link dev.atex.podman.ContainerProvisioner} makes them, {@link
 * dev.atex.podman.ContainerConnection} runs commands in them, {@link dev.atex.podman.ImageBuilder} makes images that boot.
 */
@NullMarked
package dev.atex.podman;

import org.jspecify.annotations.NullMarked;
