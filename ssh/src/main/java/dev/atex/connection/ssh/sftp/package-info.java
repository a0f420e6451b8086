/** Copies over SFTP, for hosts without {@code tar}. */
@NullMarked
package dev.atex.connection.ssh.sftp;

import org.jspecify.annotations.NullMarked;
