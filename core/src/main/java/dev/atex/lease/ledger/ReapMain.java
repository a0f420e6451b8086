package dev.atex.lease.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reaps one run; a {@link Guard} starts it. Arguments: the state directory and the run. Exit codes: {@code 0} nothing is
 * left, {@value #LEFT} something is left and a retry may free it, {@value #HOPELESS} something may be left that no retry frees.
 */
final class ReapMain {
    static final int LEFT = 3;
    static final int HOPELESS = 4;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private ReapMain() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        AtomicInteger code = new AtomicInteger();
        Reaper.load(new StateDirectory(Path.of(args[0]))).reap(Reaper.Request.of(args[1], PATIENCE), reaped -> {
            System.out.println(Instant.now() + " " + reaped);
            if (reaped.isWorthAnotherTry() || reaped instanceof Reaped.Held) {
                code.set(LEFT);
            } else if (reaped instanceof Reaped.Unreadable) {
                code.compareAndSet(0, HOPELESS);
            }
        });
        System.exit(code.get());
    }
}
