/** A provisioner with a fixed list of hosts, and the locks on them. */
@NullMarked
package dev.atex.provisioner.ssh;

import org.jspecify.annotations.NullMarked;
