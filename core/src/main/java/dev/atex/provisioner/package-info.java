/** Sources of machines, and their return. */
@NullMarked
package dev.atex.provisioner;

import org.jspecify.annotations.NullMarked;
