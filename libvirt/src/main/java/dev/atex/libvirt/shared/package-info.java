/**
 * VM hosts that several people share: a client of {@code atex-virt-helper}, which lends domains, and machines from such hosts.
 */
@NullMarked
package dev.atex.libvirt.shared;

import org.jspecify.annotations.NullMarked;
