/** YAML as the format reads and writes it: version 1.2 scalars with the reference's exceptions. Internal. */
@NullMarked
package dev.atex.fmf.yaml;

import org.jspecify.annotations.NullMarked;
