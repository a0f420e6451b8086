/** Helpers for classes that implement {@link dev.atex.connection.Connection}. */
@NullMarked
package dev.atex.connection.support;

import org.jspecify.annotations.NullMarked;
