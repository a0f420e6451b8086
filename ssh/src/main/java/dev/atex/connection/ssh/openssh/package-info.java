/** SSH by the {@code ssh} program. */
@NullMarked
package dev.atex.connection.ssh.openssh;

import org.jspecify.annotations.NullMarked;
