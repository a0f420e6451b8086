package dev.atex.executor.fmf.findings;

import java.util.Optional;

/**
 * Something in the metadata that a user should know: an error, or a key that ATEX does not obey as tmt does.
 *
 * @param severity its consequence
 * @param kind one word for its kind; the value for {@code --allow} if it is {@link Severity#REFUSED}
 * @param text one sentence without its place, equal for findings that are reported together
 * @param place {@code "plans/ci.fmf:12"}, relative to the root of the tree; empty if it has none
 */
public record Finding(Severity severity, String kind, String text, Optional<String> place) {
    /** The severity of a finding, the lowest first. */
    public enum Severity {
        /** Only {@code atex lint} reports it. */
        HINT,
        /** It is reported before anything starts. */
        NOTE,
        /** Nothing runs unless its kind is allowed. */
        REFUSED,
        /** One test cannot run and ends as {@code infra} with the reason; the others run. */
        MISTAKE
    }
}
