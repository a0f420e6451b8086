package dev.atex.testingfarm.api;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Whether a host answers; says so once when it ceases to, and once when it does again. Thread-safe. */
final class Outage {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private final Consumer<String> notices;
    private @Nullable Instant since;

    Outage(Consumer<String> notices) {
        this.notices = notices;
    }

    /** It did not answer; tells since when that is so. */
    Instant failed(URI uri, String why, Duration patience) {
        Instant began;
        synchronized (this) {
            if (since != null) {
                return since;
            }
            began = Instant.now();
            since = began;
        }
        notices.accept("Testing Farm (" + uri.getHost() + ") is down since " + text(began) + ": " + why
                + "; it is asked again until " + text(began.plus(patience)));
        return began;
    }

    /** It did. */
    void answered(URI uri) {
        Instant began;
        synchronized (this) {
            began = since;
            since = null;
        }
        if (began != null) {
            notices.accept("Testing Farm (" + uri.getHost() + ") answers again, after "
                    + Duration.between(began, Instant.now()).toSeconds() + " s");
        }
    }

    private static String text(Instant instant) {
        return TIME.format(instant.truncatedTo(ChronoUnit.SECONDS).atZone(ZoneId.systemDefault()));
    }
}
