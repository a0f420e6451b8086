/** The state of a run, computed from its events. {@link dev.atex.run.model.RunModel} is the only class that interprets them. */
@NullMarked
package dev.atex.run.model;

import org.jspecify.annotations.NullMarked;
