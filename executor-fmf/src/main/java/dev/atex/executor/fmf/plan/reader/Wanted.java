package dev.atex.executor.fmf.plan.reader;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An item of {@code test} in a section: the tests that follow.
 *
 * @param pattern is found in their names
 * @param rule an adjust rule for them; empty if there is none
 */
public record Wanted(String pattern, Map<String, @Nullable Object> rule) {}
