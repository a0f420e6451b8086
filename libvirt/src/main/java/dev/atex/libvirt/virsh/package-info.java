/** Calls of libvirt by its command line {@code virsh}, and the processes that keep domains alive. */
@NullMarked
package dev.atex.libvirt.virsh;

import org.jspecify.annotations.NullMarked;
