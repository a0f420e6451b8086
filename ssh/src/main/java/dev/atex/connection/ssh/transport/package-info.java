/** The interface of the two transports, and what both use. */
@NullMarked
package dev.atex.connection.ssh.transport;

import org.jspecify.annotations.NullMarked;
