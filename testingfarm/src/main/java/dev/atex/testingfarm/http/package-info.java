/** How HTTP calls leave this host: whom they trust, and over which proxies. Every client of this program is made here. */
@NullMarked
package dev.atex.testingfarm.http;

import org.jspecify.annotations.NullMarked;
