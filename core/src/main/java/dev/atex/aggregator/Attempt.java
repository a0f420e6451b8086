package dev.atex.aggregator;

/**
 * One execution of one test.
 *
 * @param platform the label of the pool, {@code "10.2@s390x"}
 * @param test the name of the test, {@code "/unit/syscalls"}
 * @param number 1 for the first, 2 for the first rerun
 */
public record Attempt(String platform, String test, int number) {}
