/** Words for people. */
@NullMarked
package dev.atex.text;

import org.jspecify.annotations.NullMarked;
