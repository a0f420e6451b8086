package dev.atex.lease;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** What a {@link Guard} starts: reaps one run. Arguments: the state directory, the run. */
final class ReapMain {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private ReapMain() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        boolean[] left = {false};
        Reaper.load(new StateDirectory(Path.of(args[0]))).reap(Reaper.Request.of(args[1], PATIENCE), reaped -> {
            System.out.println(Instant.now() + " " + reaped);
            left[0] |= !(reaped instanceof Reaped.Freed || reaped instanceof Reaped.Absent);
        });
        System.exit(left[0] ? 3 : 0);
    }
}
