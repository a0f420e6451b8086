/** What several kinds of connections do to copy trees of files. */
@NullMarked
package dev.atex.connection.copy;

import org.jspecify.annotations.NullMarked;
