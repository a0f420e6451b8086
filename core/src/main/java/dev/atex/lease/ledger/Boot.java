package dev.atex.lease.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Since when this host runs, by the kernel: no clock that somebody can set. */
final class Boot {
    /** Of the id in a ledger's first line. */
    static final String KEY = "boot";

    private Boot() {}

    /** Another one after each start of the host. */
    static Optional<String> id() {
        return text("/proc/sys/kernel/random/boot_id");
    }

    /** How long ago that was; zero if the kernel does not say. */
    static Duration uptime() {
        try {
            return text("/proc/uptime")
                    .map(text -> Duration.ofMillis((long) (Double.parseDouble(text.split(" ", 2)[0]) * 1000)))
                    .orElse(Duration.ZERO);
        } catch (NumberFormatException e) {
            return Duration.ZERO;
        }
    }

    private static Optional<String> text(String file) {
        try {
            return Optional.of(
                    Files.readString(Path.of(file), StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            return Optional.empty(); // not this kind of system
        }
    }
}
