/** Options of connections, and what ssh_config files say about hosts. */
@NullMarked
package dev.atex.connection.ssh.config;

import org.jspecify.annotations.NullMarked;
