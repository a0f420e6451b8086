package dev.atex.provisioner.ssh;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One host of a list, and who has it. Its fields are guarded by the list. */
final class PooledHost {
    /** Refusals in a row of a host that has worked. */
    private static final int ENOUGH = 3;

    private final String name;
    private int uses;
    private boolean worked;
    private int refusals;
    private boolean dropped;
    private long notBefore = System.nanoTime();
    private @Nullable SshReservation user;
    private @Nullable String left;

    PooledHost(String name) {
        this.name = name;
    }

    /** As it is given by the user. */
    String name() {
        return name;
    }

    /** How a use of it is called. */
    String nextUse() {
        uses++;
        return uses == 1 ? name : name + "#" + uses;
    }

    boolean isFree() {
        return user == null && !dropped;
    }

    /** It was entered and locked. */
    void works() {
        worked = true;
        refusals = 0;
    }

    /** It cannot be used, and says so itself. Whether that is for good: one that has worked may be in the middle of something. */
    boolean refuses() {
        refusals++;
        dropped = !worked || refusals >= ENOUGH;
        return dropped;
    }

    /** Whether it is not used any more. */
    boolean isDropped() {
        return dropped;
    }

    void take(SshReservation reservation) {
        user = reservation;
    }

    /** Whoever gives it back twice gives back nothing that somebody else has by then. */
    void giveBack(SshReservation reservation) {
        if (user == reservation) {
            user = null;
        }
    }

    /** How long it is left alone. */
    Duration pause() {
        return Duration.ofNanos(Math.max(0, notBefore - System.nanoTime()));
    }

    void pauseFor(Duration pause) {
        notBefore = System.nanoTime() + pause.toNanos();
    }

    /** The lease that may still have its lock, although its use is over; empty if there is none. */
    String left() {
        return left == null ? "" : left;
    }

    void leftBy(@Nullable String lease) {
        left = lease;
    }
}
