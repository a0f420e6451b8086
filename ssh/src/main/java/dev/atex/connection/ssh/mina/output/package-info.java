/** Outputs of commands, as they come from the network. */
@NullMarked
package dev.atex.connection.ssh.mina.output;

import org.jspecify.annotations.NullMarked;
