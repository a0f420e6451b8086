package dev.atex.testingfarm.api;

import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tracks whether a host answers; reports the begin and the end of an outage once each. Thread-safe. */
final class Outage {
    private static final System.Logger LOG = System.getLogger("dev.atex.testingfarm");
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
     * Records a failure; returns the begin of the outage.
     *
     * @param patience how long calls are retried
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
        LOG.log(Level.INFO, () -> "outage of " + uri.getHost() + " begins: " + why);
        notices.accept(name + " (" + uri.getHost() + ") is down since " + text(began) + ": " + why + "; retrying until "
                + text(began.plus(patience)));
        return began;
    }

    /**
     * Records a failure that looks permanent; returns for how long calls have failed like this, zero at first. Empty if the host has
     * answered before: then it is only down.
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

    /** Records an answer. */
    void answered(URI uri) {
        Instant began;
        synchronized (this) {
            began = since;
            since = null;
            hopelessSince = null;
            hasAnswered = true;
        }
        if (began != null) {
            LOG.log(Level.INFO, () -> "outage of " + uri.getHost() + " ends");
            notices.accept(name + " (" + uri.getHost() + ") answers again, after "
                    + Duration.between(began, Instant.now()).toSeconds() + " s");
        }
    }

    private static String text(Instant instant) {
        return TIME.format(instant.truncatedTo(ChronoUnit.SECONDS).atZone(ZoneId.systemDefault()));
    }
}
