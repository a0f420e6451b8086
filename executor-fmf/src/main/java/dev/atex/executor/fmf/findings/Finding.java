package dev.atex.executor.fmf.findings;

import java.util.Optional;

/**
 * Something in the metadata that a user should know about: a mistake, or a key that is not obeyed as tmt would obey it.
 *
 * @param severity what comes of it
 * @param kind one word for the kind of it; what {@code --allow} takes if it is {@link Severity#REFUSED}
 * @param text one sentence without its place, the same for all findings of one kind that are told together
 * @param place {@code "plans/ci.fmf:12"}, relative to the root of the tree; empty if it has none
 */
public record Finding(Severity severity, String kind, String text, Optional<String> place) {
    /** The severity of a finding, the lowest first. */
    public enum Severity {
        /** Only {@code atex lint} tells it. */
        HINT,
        /** Told before anything starts. */
        NOTE,
        /** Nothing is run, unless its kind is allowed. */
        REFUSED,
        /** One test cannot be run: it ends as {@code infra} with the reason, the others run. */
        MISTAKE
    }
}
