/** Descriptions of domains: templates, clones of them, and the marks that say whose they are. */
@NullMarked
package dev.atex.libvirt.domain;

import org.jspecify.annotations.NullMarked;
