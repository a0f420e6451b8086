package dev.atex.report.model;

import dev.atex.executor.Subtests;
import dev.atex.report.lines.ResultLine;
import dev.atex.run.EventLog;
import dev.atex.run.RunEvent;
import dev.atex.run.RunNote;
import dev.atex.run.RunSummary;
import dev.atex.run.model.PoolModel;
import dev.atex.run.model.RunFiles;
import dev.atex.run.model.RunModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All that reports need to know of a run, read from its directory.
 *
 * @param directory of the run, absolute
 * @param id of the run
 * @param platform the label of the pool
 * @param started when
 * @param elapsed how long it took, or has taken so far
 * @param state how it stands
 * @param interrupted why it was ended, if somebody asked for that
 * @param tests in the order in which they were given
 * @param machines in the order in which they came
 * @param waits times without a machine, in order
 * @param problems what went wrong outside of tests
 * @param notes what was said of it before it began
 */
public record RunReport(
        Path directory,
        String id,
        String platform,
        Instant started,
        Duration elapsed,
        RunModel.State state,
        Optional<String> interrupted,
        List<ReportedTest> tests,
        List<ReportedMachine> machines,
        List<PoolModel.Wait> waits,
        List<String> problems,
        List<RunNote> notes) {

    /** Copies its arguments. */
    public RunReport {
        tests = List.copyOf(tests);
        machines = List.copyOf(machines);
        waits = List.copyOf(waits);
        problems = List.copyOf(problems);
        notes = List.copyOf(notes);
    }

    /**
     * Reads a run directory. The run may still go on.
     *
     * @throws IOException something in it cannot be read, or is damaged; the message says what
     */
    public static RunReport read(Path directory) throws IOException {
        return read(directory, Optional.empty());
    }

    /**
     * The same with failed subtests judged otherwise than in the run.
     *
     * @param subtests how; empty: as in the run
     */
    public static RunReport read(Path directory, Optional<Subtests> subtests) throws IOException {
        Path absolute = directory.toAbsolutePath().normalize();
        ReportFold fold = new ReportFold(absolute, _ -> {}, subtests);
        Path log = absolute.resolve("events.jsonl");
        if (!Files.exists(log, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(directory + " has no events.jsonl: it is no run directory");
        }
        try (Stream<RunEvent> events = EventLog.read(log)) {
            events.forEach(fold::on);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        if (Files.exists(absolute.resolve(ResultLine.FILE), LinkOption.NOFOLLOW_LINKS)) {
            long _ = fold.readResults(0, Long.MAX_VALUE);
        }
        return fold.report();
    }

    /** Opens the results of the tests, for one thread. */
    public ResultsReader openResults() throws IOException {
        return ResultsReader.open(directory);
    }

    /** Opens a file of a test, if it is a regular one of this run and not below a link. */
    SeekableByteChannel open(Path file) throws IOException {
        return RunFiles.in(directory).open(file);
    }

    /**
     * Returns the end of a text file of this run, from the beginning of a line on; bytes that are not UTF-8 are replaced.
     *
     * @param bytes how much of it at most
     * @return {@code ""} if the file does not exist any more or is not a regular file of this run
     */
    public String tail(Path file, int bytes) throws IOException {
        return Tail.of(this, file, bytes);
    }

    /** How many tests have this verdict. */
    public long count(RunSummary.Verdict verdict) {
        return tests.stream().filter(test -> test.verdict() == verdict).count();
    }

    /** How much of the time of the machines that were there went into tests: 0 to 1. */
    public double utilisation() {
        double present = machines.stream().mapToDouble(ReportedMachine::present).sum();
        double busy = machines.stream().mapToDouble(ReportedMachine::busy).sum();
        return present == 0 ? 0 : busy / present;
    }
}
