/** Connections over SSH: {@link dev.atex.connection.ssh.SshConnection}. */
@NullMarked
package dev.atex.connection.ssh;

import org.jspecify.annotations.NullMarked;
