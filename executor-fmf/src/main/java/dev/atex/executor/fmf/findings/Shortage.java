package dev.atex.executor.fmf.findings;

/**
 * The reason why a part of a plan, or a tree, has no tests.
 *
 * @param where what gives none, for messages
 * @param reason why
 */
public record Shortage(String where, Reason reason) {

    /** The condition that no test meets. Each is checked if some tests meet those before it. */
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
