/** Commands on this host, and a hold on everything that they start. */
@NullMarked
package dev.atex.connection.local;

import org.jspecify.annotations.NullMarked;
