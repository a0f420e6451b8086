/** Runs commands in containers and copies files, without a network. */
@NullMarked
package dev.atex.podman.connection;

import org.jspecify.annotations.NullMarked;
