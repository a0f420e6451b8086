package dev.atex.executor.fmf.findings;

/**
 * Why a part of a plan, or a tree, gives no tests.
 *
 * @param where what gives none, for messages
 * @param reason why
 */
public record Shortage(String where, Reason reason) {

    /** What no test has got past. Each is looked at when some have got past those before it. */
    public enum Cause {
        /** There are none. */
        NO_TESTS,
        /** The plan names others. */
        NOT_NAMED,
        /** They are disabled, or done by hand. */
        NOT_RUNNABLE,
        /** The plan's filters or links are for others. */
        NOT_FITTING,
        /** Nothing has changed that they are for. */
        NOT_MODIFIED,
        /** Others were asked for, whatever the plan says. */
        NOT_ASKED,
        /** Parts of the plan are off, or cannot be done here. */
        OFF
    }

    /**
     * The cause with a number.
     *
     * @param tests how many there were before it; how many parts if these are off
     */
    public record Reason(Cause cause, int tests) {}
}
