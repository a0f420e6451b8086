/** Calls of container engines by their command lines. */
@NullMarked
package dev.atex.podman.engine;

import org.jspecify.annotations.NullMarked;
