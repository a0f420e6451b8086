/** Installation of operating systems in virtual machines: kickstart and preseed files, and calls of virt-install. */
@NullMarked
package dev.atex.libvirt.install;

import org.jspecify.annotations.NullMarked;
