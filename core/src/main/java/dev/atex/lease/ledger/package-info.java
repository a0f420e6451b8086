/**
 * The files that leases are in: {@link dev.atex.lease.ledger.Ledger} writes them, {@link dev.atex.lease.ledger.Guard}
 * watches the process that does, {@link dev.atex.lease.ledger.Reaper} frees what it left.
 */
@NullMarked
package dev.atex.lease.ledger;

import org.jspecify.annotations.NullMarked;
