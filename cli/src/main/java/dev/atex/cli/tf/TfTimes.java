package dev.atex.cli.tf;

import dev.atex.testingfarm.api.FarmRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The times of a request, as far as the service reports them.
 *
 * @param age since it was submitted
 * @param queued how long it waited, or has waited
 * @param ran how long it ran, or has run
 * @param left until the service ends it; only while it runs, as its time counts from then
 */
record TfTimes(Optional<Duration> age, Optional<Duration> queued, Optional<Duration> ran, Optional<Duration> left) {

    static TfTimes of(FarmRequest request) {
        return of(request, Instant.now());
    }

    /** Returns the times at a moment of this host's clock, which may differ from the service's. */
    static TfTimes of(FarmRequest request, Instant now) {
        Optional<Duration> age = request.created().map(created -> notNegative(Duration.between(created, now)));
        Optional<Duration> queued = request.queuedTime();
        Optional<Duration> ran = request.runTime();
        boolean waits = request.isAlive() && !request.isRunning();
        if (waits && queued.isEmpty()) {
            queued = age;
        }
        if (request.isRunning() && ran.isEmpty() && queued.isPresent() && age.isPresent()) {
            ran = Optional.of(notNegative(age.get().minus(queued.get())));
        }
        Optional<Duration> left = Optional.empty();
        if (request.isRunning() && ran.isPresent()) {
            Duration done = ran.get();
            left = request.timeout().map(whole -> notNegative(whole.minus(done)));
        }
        return new TfTimes(age, queued, ran, left);
    }

    private static Duration notNegative(Duration time) {
        return time.isNegative() ? Duration.ZERO : time;
    }

    /** {@code 40s}, {@code 1m24s}, {@code 12m}, {@code 3h05m}, {@code 2d07h}. */
    static String text(Duration time) {
        long minutes = time.toMinutes();
        if (minutes == 0) {
            return time.toSeconds() + "s";
        }
        if (minutes < 10) {
            return String.format("%dm%02ds", minutes, time.toSecondsPart());
        }
        if (minutes < 60) {
            return minutes + "m";
        }
        long hours = time.toHours();
        return hours < 48
                ? String.format("%dh%02dm", hours, minutes % 60)
                : String.format("%dd%02dh", hours / 24, hours % 24);
    }
}
