/** JSON values that keep the order of keys and the text of numbers. */
@NullMarked
package dev.atex.internal.json;

import org.jspecify.annotations.NullMarked;
