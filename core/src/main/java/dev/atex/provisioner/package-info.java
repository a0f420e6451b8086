/** Provisioners: they provide machines and take them back. */
@NullMarked
package dev.atex.provisioner;

import org.jspecify.annotations.NullMarked;
