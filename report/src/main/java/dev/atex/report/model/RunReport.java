package dev.atex.report.model;

import dev.atex.executor.Subtests;
import dev.atex.report.lines.ResultLine;
import dev.atex.run.EventLog;
import dev.atex.run.RunEvent;
import dev.atex.run.RunNote;
import dev.atex.run.RunSummary;
import dev.atex.run.model.MachineUse;
import dev.atex.run.model.PoolModel;
import dev.atex.run.model.RunFiles;
import dev.atex.run.model.RunModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The data of a run for reports, read from its directory.
 *
 * @param directory the absolute run directory
 * @param id the ID of the run
 * @param platform the label of the pool
 * @param started the start of the run
 * @param elapsed its duration so far
 * @param state its state
 * @param interrupted why it was interrupted, if it was
 * @param tests its tests, in the given order
 * @param machines its machines, in the order of their arrival
 * @param waits the times without a machine, in order
 * @param problems the problems outside of tests
 * @param notes the notes from before its start
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
     * Reads a run directory. The run may still be running.
     *
     * @throws IOException if a file in it cannot be read, or is damaged; the message says which
     */
    public static RunReport read(Path directory) throws IOException {
        return read(directory, Optional.empty());
    }

    /**
     * Reads a run directory, but judges failed subtests differently from the run.
     *
     * @param subtests how to judge them; empty: as in the run
     */
    public static RunReport read(Path directory, Optional<Subtests> subtests) throws IOException {
        Path absolute = directory.toAbsolutePath().normalize();
        ReportFold fold = new ReportFold(absolute, _ -> {}, subtests);
        Path log = absolute.resolve("events.jsonl");
        if (!Files.exists(log, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileSystemException(
                    directory.toString(), null, "it has no events.jsonl, so it is not a run directory");
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

    /** Opens a file of a test, if it is a regular file of this run and not below a link. */
    SeekableByteChannel open(Path file) throws IOException {
        return RunFiles.in(directory).open(file);
    }

    /**
     * Returns the end of a text file of this run, from the beginning of a line on; bytes that are not UTF-8 are
     * replaced.
     *
     * @param bytes the maximum length
     * @return {@code ""} if the file does not exist any more or is not a regular file of this run
     */
    public String tail(Path file, int bytes) throws IOException {
        return Tail.of(this, file, bytes);
    }

    /** Returns the number of tests with this verdict. */
    public long count(RunSummary.Verdict verdict) {
        return tests.stream().filter(test -> test.verdict() == verdict).count();
    }

    /** Returns the share of the machines' time that was used for tests: 0 to 1. */
    public double utilisation() {
        MachineUse use = use();
        return use.present().isZero()
                ? 0
                : (double) use.busy().toNanos() / use.present().toNanos();
    }

    /** Returns the time that its machines were in use, in total. */
    public MachineUse use() {
        return machines.stream().map(ReportedMachine::use).reduce(MachineUse.NONE, MachineUse::plus);
    }
}
