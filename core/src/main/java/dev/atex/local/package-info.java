/** This host as machines: its connection, and a provisioner that offers it once or several times. */
@NullMarked
package dev.atex.local;

import org.jspecify.annotations.NullMarked;
