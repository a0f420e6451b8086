/** Reading, writing, copying and deleting directory trees on this host. */
@NullMarked
package dev.atex.internal.files;

import org.jspecify.annotations.NullMarked;
