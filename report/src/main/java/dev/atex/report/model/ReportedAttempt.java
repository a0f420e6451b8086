package dev.atex.report.model;

import dev.atex.run.Ending;
import dev.atex.run.model.RunFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * An attempt at a test.
 *
 * @param number from 1
 * @param remote the machine
 * @param from when it began, since the start of the run
 * @param to when it ended; until now if it is still going on
 * @param ending how it ended; empty: it goes on, or the run ended in the middle of it
 * @param rerun whether the test was to be run again
 * @param kept where its artifacts are if it does not count any more and they were kept
 */
public record ReportedAttempt(
        int number,
        String remote,
        Duration from,
        Duration to,
        Optional<Ending> ending,
        boolean rerun,
        Optional<Path> kept) {

    /** How long it took. */
    public double seconds() {
        return to.minus(from).toNanos() / 1e9;
    }

    /** One word for how it ended, as {@link Ending#word()} has it. */
    public String status() {
        return ending.map(Ending::word).orElse("unfinished");
    }

    /** Why it ended as it did, see {@link Ending#reason()}; {@code ""} if there is nothing to say. */
    public String reason() {
        return ending.flatMap(Ending::reason).orElse("");
    }

    /** Its captured output, if it was kept although it does not count: a file that is there. */
    public Optional<Path> log() {
        return kept.flatMap(directory ->
                ending.flatMap(Ending::log).flatMap(log -> RunFiles.find(directory.resolve("files"), null, log)));
    }
}
