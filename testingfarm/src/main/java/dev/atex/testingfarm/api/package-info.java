/** A client of the HTTP API of Testing Farm (docs.testing-farm.io), without machines and leases. */
@NullMarked
package dev.atex.testingfarm.api;

import org.jspecify.annotations.NullMarked;
