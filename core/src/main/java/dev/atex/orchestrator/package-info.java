/** The orchestrator: programs call it to run tests on machines. */
@NullMarked
package dev.atex.orchestrator;

import org.jspecify.annotations.NullMarked;
