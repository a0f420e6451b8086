package dev.atex.provisioner;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.text.Count;
import java.time.Duration;

/**
 * When a machine is taken away by whoever lends it. Immutable.
 *
 * @param life how long it lasts in all
 * @param end when that is over; rather a little too early than too late
 */
public record Expiry(Duration life, Deadline end) {

    /** What a machine that is gone by then is lost by: {@code the machine's 180 minutes were over}. */
    public String reason() {
        long minutes = life.toMinutes();
        return "the machine's " + Count.of(minutes, "minute") + (minutes == 1 ? " was over" : " were over");
    }
}
