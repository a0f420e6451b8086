package dev.atex.executor.fmf.plan;

import java.util.Map;

/** The machine that a plan asks for. */
public sealed interface PlanMachine {
    /** It does not say. */
    record Unspecified() implements PlanMachine {}

    /** This host. */
    record ThisHost() implements PlanMachine {}

    /**
     * One that a provisioner of ours can give.
     *
     * @param specification as {@code --provision} takes it
     */
    record Mapped(String specification) implements PlanMachine {}

    /**
     * One that cannot be had.
     *
     * @param kind one word for the reason
     * @param text one sentence: what it asks for, and what to do
     */
    record Unavailable(String kind, String text) implements PlanMachine {}

    /**
     * What tests and scripts are told of their machine.
     *
     * @param name of the guest; {@code default-0} if the plan does not say
     * @param role empty if the plan does not say
     * @param environment the weakest variables
     */
    record Guest(String name, String role, Map<String, String> environment) {
        /** What it is when the plan does not say. */
        public static final Guest USUAL = new Guest("default-0", "", Map.of());
    }
}
