/** The options of the provisioner. */
@NullMarked
package dev.atex.libvirt.options;

import org.jspecify.annotations.NullMarked;
