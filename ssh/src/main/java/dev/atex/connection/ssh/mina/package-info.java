/** SSH in this process, by Apache MINA SSHD. */
@NullMarked
package dev.atex.connection.ssh.mina;

import org.jspecify.annotations.NullMarked;
