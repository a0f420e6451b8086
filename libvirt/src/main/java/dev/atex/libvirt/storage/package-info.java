/** Pools, images, and the volumes of machines. */
@NullMarked
package dev.atex.libvirt.storage;

import org.jspecify.annotations.NullMarked;
