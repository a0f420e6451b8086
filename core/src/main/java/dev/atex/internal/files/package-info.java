/** What several rooms do with trees of files on this host. */
@NullMarked
package dev.atex.internal.files;

import org.jspecify.annotations.NullMarked;
