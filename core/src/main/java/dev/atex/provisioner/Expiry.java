package dev.atex.provisioner;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.text.Count;
import java.time.Duration;

/**
 * The time at which the owner of a rented machine takes it away. Immutable.
 *
 * @param life the whole lifetime of the machine
 * @param end its end; rather a little too early than too late
 */
public record Expiry(Duration life, Deadline end) {

    /** Returns the reason why a machine is lost after that time: {@code the machine's 180 minutes were over}. */
    public String reason() {
        long minutes = life.toMinutes();
        return "the machine's " + Count.of(minutes, "minute") + (minutes == 1 ? " was over" : " were over");
    }
}
