package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.lease.ledger.Ledgers;
import dev.atex.lease.ledger.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.TimeUnit;

/** Waiting for what others do to a directory. */
final class Watch {
    private Watch() {}

    /** Something that can only come to be by an entry that is made or deleted. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws IOException;
    }

    /** Waits until there is such a file. */
    static void untilThereIs(Path file) throws IOException, InterruptedException {
        until(file.getParent(), file.getFileName().toString(), () -> Files.exists(file));
    }

    /** Waits until no lease is left: a guard or a reaper deletes a ledger when it is done. */
    static void untilFreed(StateDirectory state, String what) throws IOException, InterruptedException {
        if (Files.isDirectory(state.path())) {
            until(
                    state.path(),
                    "the leases to be freed: " + what,
                    () -> Ledgers.list(state).stream()
                            .allMatch(ledger -> ledger.open().isEmpty()));
        }
    }

    /** Waits until something holds of a directory. */
    static void until(Path directory, String what, Condition condition) throws IOException, InterruptedException {
        try (WatchService watch = directory.getFileSystem().newWatchService()) {
            directory.register(watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE);
            while (!condition.holds()) {
                WatchKey key = watch.poll(2, TimeUnit.MINUTES);
                assertThat(key).as("waiting for " + what).isNotNull();
                key.pollEvents();
                key.reset();
            }
        }
    }
}
