/** A client of the HTTP API of Testing Farm (docs.testing-farm.io), by itself: no machines, no leases. */
@NullMarked
package dev.atex.testingfarm.api;

import org.jspecify.annotations.NullMarked;
