/** A service that rents machines, in a process of its own, with a provisioner for it: where the real ones can't run. */
package dev.atex.system.cloud;
