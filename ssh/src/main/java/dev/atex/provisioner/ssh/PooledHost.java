package dev.atex.provisioner.ssh;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The state of one host of a list. The list guards its fields. */
final class PooledHost {
    /** The number of consecutive refusals after which a host that has worked is not used any more. */
    private static final int ENOUGH = 3;

    private final String name;
    private int uses;
    private boolean worked;
    private int refusals;
    private boolean copied;
    private int uncopied;
    private boolean dropped;
    private long notBefore = System.nanoTime();
    private @Nullable SshReservation user;
    private @Nullable String left;

    PooledHost(String name) {
        this.name = name;
    }

    /** Returns the name that the user gave. */
    String name() {
        return name;
    }

    /** Returns the name of the next use. */
    String nextUse() {
        uses++;
        return uses == 1 ? name : name + "#" + uses;
    }

    boolean isFree() {
        return user == null && !dropped;
    }

    /** Records that the host was locked. */
    void works() {
        worked = true;
        refusals = 0;
    }

    /** Records a refusal. Returns true if the host is not used any more: one that has worked may recover. */
    boolean refuses() {
        refusals++;
        dropped = !worked || refusals >= ENOUGH;
        return dropped;
    }

    /** Records that a copy succeeded. */
    void copies() {
        copied = true;
        uncopied = 0;
    }

    /** Records that a copy is impossible. Returns true if the host is not used any more: one that has copied may recover. */
    boolean cannotCopy() {
        uncopied++;
        dropped = !copied || uncopied >= ENOUGH;
        return dropped;
    }

    /** Returns true if the host is not used any more. */
    boolean isDropped() {
        return dropped;
    }

    void take(SshReservation reservation) {
        user = reservation;
    }

    /** Frees the host, unless another reservation has it by now. */
    void giveBack(SshReservation reservation) {
        if (user == reservation) {
            user = null;
        }
    }

    /** Returns the time until the host may be tried again. */
    Duration pause() {
        return Duration.ofNanos(Math.max(0, notBefore - System.nanoTime()));
    }

    void pauseFor(Duration pause) {
        notBefore = System.nanoTime() + pause.toNanos();
    }

    /** Returns the lease that may still hold the lock although its use has ended; empty if there is none. */
    String left() {
        return left == null ? "" : left;
    }

    void leftBy(@Nullable String lease) {
        left = lease;
    }
}
