/** Words for people. */
@NullMarked
package dev.atex.internal.text;

import org.jspecify.annotations.NullMarked;
