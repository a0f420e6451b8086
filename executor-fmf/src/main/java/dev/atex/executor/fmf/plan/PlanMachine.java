package dev.atex.executor.fmf.plan;

import java.util.Map;

/** The machine that a plan requests. */
public sealed interface PlanMachine {
    /** The plan does not request a machine. */
    record Unspecified() implements PlanMachine {}

    /** This host. */
    record ThisHost() implements PlanMachine {}

    /**
     * A machine of one of our provisioners.
     *
     * @param specification as {@code --provision} takes it
     */
    record Mapped(String specification) implements PlanMachine {}

    /**
     * A machine that is not available.
     *
     * @param kind one word for the reason
     * @param text one sentence: what it asks for, and what to do
     */
    record Unavailable(String kind, String text) implements PlanMachine {}

    /**
     * The guest of a plan: its variables for tests and scripts.
     *
     * @param name of the guest; {@code default-0} if the plan does not say
     * @param role empty if the plan does not say
     * @param environment the weakest variables
     */
    record Guest(String name, String role, Map<String, String> environment) {
        /** The guest of a plan without one. */
        public static final Guest USUAL = new Guest("default-0", "", Map.of());
    }
}
