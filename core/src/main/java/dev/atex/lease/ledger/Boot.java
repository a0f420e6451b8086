package dev.atex.lease.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The boot of this host, as the kernel reports it, independent of the wall clock. */
final class Boot {
    /** The key of the id in a ledger's first line. */
    static final String KEY = "boot";

    private Boot() {}

    /** Returns an id that changes with each boot of the host. */
    static Optional<String> id() {
        return text("/proc/sys/kernel/random/boot_id");
    }

    /** Returns the time since the boot; zero if the kernel does not report it. */
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
            return Optional.empty(); // not Linux
        }
    }
}
