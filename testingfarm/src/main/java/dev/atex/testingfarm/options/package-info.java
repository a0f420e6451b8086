/** The options of the provisioner {@code testingfarm}: what machine is requested, and how it is used. */
@NullMarked
package dev.atex.testingfarm.options;

import org.jspecify.annotations.NullMarked;
