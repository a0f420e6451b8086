/** What the two ways to speak SSH have in common. */
@NullMarked
package dev.atex.connection.ssh.transport;

import org.jspecify.annotations.NullMarked;
