/** HTTP clients with the trusted authorities and proxies of the user. Every HTTP client of ATEX is created here. */
@NullMarked
package dev.atex.testingfarm.http;

import org.jspecify.annotations.NullMarked;
