package dev.atex.orchestrator;

import dev.atex.executor.FailureClass;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How one attempt at a test ended.
 *
 * @param exitCode the test's own; empty when it did not come to its end
 * @param failure why it did not; empty when it did
 * @param status of the last result for the test itself: {@code pass}, {@code fail}, {@code infra}...
 * @param note of that result
 * @param log where the test's captured output is, relative to {@code files/} of its artifacts
 */
public record Ending(
        OptionalInt exitCode,
        Optional<FailureClass> failure,
        Optional<String> status,
        Optional<String> note,
        Optional<String> log) {}
