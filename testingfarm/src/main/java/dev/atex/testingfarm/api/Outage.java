package dev.atex.testingfarm.api;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Whether a host answers; says so once when it ceases to, and once when it does again. Thread-safe. */
final class Outage {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private final String name;
    private final Consumer<String> notices;
    private boolean hasAnswered;
    private @Nullable Instant since;
    private @Nullable Long hopelessSince;

    Outage(String name, Consumer<String> notices) {
        this.name = name;
        this.notices = notices;
    }

    /**
     * It did not answer; tells since when that is so.
     *
     * @param patience how long it will be asked again
     */
    Instant failed(URI uri, String why, Duration patience) {
        Instant began;
        synchronized (this) {
            if (since != null) {
                return since;
            }
            began = Instant.now();
            since = began;
        }
        notices.accept(name + " (" + uri.getHost() + ") is down since " + text(began) + ": " + why
                + "; it is asked again until " + text(began.plus(patience)));
        return began;
    }

    /**
     * It failed as if it could never succeed: tells for how long it has done so, zero at first. One that has answered before is only
     * down, however that looks.
     */
    synchronized Optional<Duration> hopeless() {
        if (hasAnswered) {
            return Optional.empty();
        }
        long now = System.nanoTime();
        Long began = hopelessSince;
        if (began == null) {
            began = now;
            hopelessSince = began;
        }
        return Optional.of(Duration.ofNanos(now - began));
    }

    /** It did. */
    void answered(URI uri) {
        Instant began;
        synchronized (this) {
            began = since;
            since = null;
            hopelessSince = null;
            hasAnswered = true;
        }
        if (began != null) {
            notices.accept(name + " (" + uri.getHost() + ") answers again, after "
                    + Duration.between(began, Instant.now()).toSeconds() + " s");
        }
    }

    private static String text(Instant instant) {
        return TIME.format(instant.truncatedTo(ChronoUnit.SECONDS).atZone(ZoneId.systemDefault()));
    }
}
