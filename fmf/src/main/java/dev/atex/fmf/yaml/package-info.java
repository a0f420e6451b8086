/** YAML as the format reads and writes it: YAML 1.2 scalars with the exceptions of the reference. Internal. */
@NullMarked
package dev.atex.fmf.yaml;

import org.jspecify.annotations.NullMarked;
