/**
 * Virtual machines as machines to run tests on: {@link dev.atex.libvirt.VirtProvisionerFactory} creates the provisioner, whose
 * machines are clones of an image or of a domain on a host with libvirt.
 */
@NullMarked
package dev.atex.libvirt;

import org.jspecify.annotations.NullMarked;
