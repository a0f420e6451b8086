/** What runs keep on the disk: run directories, manifests, locks, leases and remembered waits. */
@NullMarked
package dev.atex.cli.state;

import org.jspecify.annotations.NullMarked;
