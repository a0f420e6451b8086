/**
 * Containers as machines: {@link dev.atex.podman.ContainerProvisioners} creates and removes them, {@link
 * dev.atex.podman.connection.ContainerConnection} runs commands in them, {@link dev.atex.podman.ImageBuilder} builds images
 * that boot.
 */
@NullMarked
package dev.atex.podman;

import org.jspecify.annotations.NullMarked;
