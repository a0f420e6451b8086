/** Installation of operating systems in virtual machines: kickstart files and command lines of virt-install. */
@NullMarked
package dev.atex.libvirt.install;

import org.jspecify.annotations.NullMarked;
