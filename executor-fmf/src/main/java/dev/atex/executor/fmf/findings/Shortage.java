package dev.atex.executor.fmf.findings;

/**
 * The reason why a part of a plan, or a tree, has no tests.
 *
 * @param where the part without tests, for messages
 * @param reason the reason
 */
public record Shortage(String where, Reason reason) {

    /** The condition that no test meets. Each is checked if some tests meet those before it. */
    public enum Cause {
        /** The tree has no tests. */
        NO_TESTS,
        /** The plan's names match no test. */
        NOT_NAMED,
        /** All tests are disabled or manual. */
        NOT_RUNNABLE,
        /** No test meets the plan's filters or links. */
        NOT_FITTING,
        /** No test is affected by the changes. */
        NOT_MODIFIED,
        /** No test meets the options of the user. */
        NOT_ASKED,
        /** Parts of the plan are off or not supported. */
        OFF
    }

    /**
     * The cause with a number.
     *
     * @param tests the number of tests that met earlier conditions; for {@link Cause#OFF}, the number of parts
     */
    public record Reason(Cause cause, int tests) {}
}
