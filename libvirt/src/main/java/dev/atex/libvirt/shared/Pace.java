package dev.atex.libvirt.shared;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Times between requests for a domain. Others of the same protocol ask every 3 to 5 seconds.
 *
 * @param shortest the shortest time until a host without a free domain is asked again
 * @param longest the longest such time
 * @param courtesy the time for which a free domain is left to others by a user who has its part
 * @param setAside the time for which a domain that has failed is not used
 */
record Pace(Duration shortest, Duration longest, Duration courtesy, Duration setAside) {
    static final Pace USUAL =
            new Pace(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(6), Duration.ofSeconds(30));

    /** Returns a random time, so that two users do not ask at the same moments for ever. */
    Duration pause() {
        return Duration.ofNanos(ThreadLocalRandom.current().nextLong(shortest.toNanos(), longest.toNanos() + 1));
    }
}
