/** Texts for messages and names. */
@NullMarked
package dev.atex.internal.text;

import org.jspecify.annotations.NullMarked;
