/** Reads and writes the XML documents of libvirt. */
@NullMarked
package dev.atex.libvirt.xml;

import org.jspecify.annotations.NullMarked;
