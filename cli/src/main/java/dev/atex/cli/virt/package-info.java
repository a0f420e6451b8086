/** {@code atex virt}: images and machines of libvirt, by hand. */
@NullMarked
package dev.atex.cli.virt;

import org.jspecify.annotations.NullMarked;
