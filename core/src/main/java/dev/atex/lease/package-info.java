/**
 * Nothing is left behind: what a run takes is written down before it is taken, and can be found and freed by another
 * process when the run is gone. {@link dev.atex.lease.Ledger} writes, {@link dev.atex.lease.Guard} watches,
 * {@link dev.atex.lease.Reaper} frees.
 */
@NullMarked
package dev.atex.lease;

import org.jspecify.annotations.NullMarked;
