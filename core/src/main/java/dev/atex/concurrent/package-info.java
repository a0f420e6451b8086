/** Task scopes, deadlines: the small tools that blocking code in virtual threads needs. */
@NullMarked
package dev.atex.concurrent;

import org.jspecify.annotations.NullMarked;
