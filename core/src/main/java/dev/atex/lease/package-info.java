/**
 * Leases: records of everything that must be freed. Each is written before the resource is acquired, so that another
 * process can find and free the resource if this one is killed.
 */
@NullMarked
package dev.atex.lease;

import org.jspecify.annotations.NullMarked;
