package dev.atex.report.model;

import dev.atex.executor.Ending;
import dev.atex.run.model.RunFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * An attempt of a test.
 *
 * @param number the number, from 1
 * @param remote the machine
 * @param from its start, since the start of the run
 * @param to its end; the current time if it is running
 * @param ending how it ended; empty if it is running, or the run ended during it
 * @param rerun whether another attempt was to follow
 * @param kept where its artifacts are, if it does not count any more and they were kept
 */
public record ReportedAttempt(
        int number,
        String remote,
        Duration from,
        Duration to,
        Optional<Ending> ending,
        boolean rerun,
        Optional<Path> kept) {

    /** Returns its duration in seconds. */
    public double seconds() {
        return to.minus(from).toNanos() / 1e9;
    }

    /** Returns the word for its end, see {@link Ending#word()}. */
    public String status() {
        return ending.map(Ending::word).orElse("unfinished");
    }

    /** Returns why it ended as it did, see {@link Ending#reason()}; may be empty. */
    public String reason() {
        return ending.flatMap(Ending::reason).orElse("");
    }

    /** Returns its captured output, if it was kept although the attempt does not count; the file exists. */
    public Optional<Path> log() {
        return kept.flatMap(directory ->
                ending.flatMap(Ending::log).flatMap(log -> RunFiles.find(directory.resolve("files"), null, log)));
    }
}
