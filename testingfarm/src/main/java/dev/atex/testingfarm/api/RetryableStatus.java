package dev.atex.testingfarm.api;

import dev.atex.testingfarm.http.ProxyRefusal;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;

/** An HTTP status after which the same call is retried. */
final class RetryableStatus extends IOException {
    private static final long serialVersionUID = 1L;
    private static final Set<Integer> STATUSES = Set.of(408, 429, 500, 502, 503, 504);
    /** The service has not started to process the call. */
    private static final int TOO_MANY_REQUESTS = 429;

    private final int status;
    private final transient Optional<Duration> after;

    private RetryableStatus(int status, Optional<Duration> after) {
        super("it answers " + status);
        this.status = status;
        this.after = after;
    }

    /** Throws if the answer has such a status. */
    static void check(HttpResponse<?> response) throws RetryableStatus, ProxyRefusal {
        ProxyRefusal.check(response);
        if (STATUSES.contains(response.statusCode())) {
            throw new RetryableStatus(
                    response.statusCode(),
                    response.headers().firstValue("Retry-After").flatMap(RetryableStatus::pause));
        }
    }

    /** Parses {@code Retry-After}, RFC 9110, section 10.2.3: seconds, or a date. */
    private static Optional<Duration> pause(String text) {
        String value = text.strip();
        if (value.matches("[0-9]{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
        }
        try {
            Instant at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Optional.of(Duration.between(Instant.now(), at));
        } catch (DateTimeException e) {
            return Optional.empty(); // like a missing header
        }
    }

    /** Returns the pause that the service asks for. */
    Optional<Duration> after() {
        return after;
    }

    /** Returns whether the service may have processed the call. */
    boolean mayBeDone() {
        return status != TOO_MANY_REQUESTS;
    }
}
