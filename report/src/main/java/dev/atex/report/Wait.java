package dev.atex.report;

import java.time.Duration;

/**
 * A time in which tests were to be run and no machine was there for any of them.
 *
 * @param from since the start of the run
 * @param to until now if it goes on
 * @param reason what was waited for
 */
public record Wait(Duration from, Duration to, String reason) {}
