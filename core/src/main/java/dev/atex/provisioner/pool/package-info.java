/** A provisioner with a limited number of machines; a backend only supplies how one machine is reserved. */
@NullMarked
package dev.atex.provisioner.pool;

import org.jspecify.annotations.NullMarked;
