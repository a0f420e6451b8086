/** JSON values that keep what was written: order of keys, text of numbers. */
@NullMarked
package dev.atex.internal.json;

import org.jspecify.annotations.NullMarked;
