/** This host as a machine to run tests on, once or several times. */
@NullMarked
package dev.atex.provisioner.local;

import org.jspecify.annotations.NullMarked;
