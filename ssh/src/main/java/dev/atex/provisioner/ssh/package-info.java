/** A fixed list of hosts as machines to run tests on. */
@NullMarked
package dev.atex.provisioner.ssh;

import org.jspecify.annotations.NullMarked;
