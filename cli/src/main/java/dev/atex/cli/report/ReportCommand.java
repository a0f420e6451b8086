package dev.atex.cli.report;

import dev.atex.cli.command.ErrorText;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.state.RunDirectory;
import dev.atex.cli.state.RunDirectoryCommand;
import dev.atex.cli.view.Printable;
import dev.atex.report.FilesCopy;
import dev.atex.report.ReportFormat;
import dev.atex.report.ReportSettings;
import dev.atex.report.model.RunReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex report}: creates reports of a run from its directory. */
public final class ReportCommand extends RunDirectoryCommand {
    private static final Map<ReportFormat, String> ABOUT = new EnumMap<>(Map.of(
            ReportFormat.HTML, "One page to look at.",
            ReportFormat.JUNIT, "JUnit XML, as Jenkins, GitLab and others read it.",
            ReportFormat.CTRF, "Common Test Report Format, JSON.",
            ReportFormat.YAML, "A YAML document for each test.",
            ReportFormat.JSONL, "The lines of results.jsonl; compressed if the name ends in .gz or .xz."));

    private static final Opt<List<String>> RESULTS =
            Opt.many("FORMAT=FILE", "The same as --FORMAT FILE, as for 'atex run': --results junit=FILE.", "--results");
    private static final Opt<Boolean> MACHINES =
            Opt.flag("Print machine-minutes: of the run, of each test, and idle time.", "--machines");

    @Override
    public String name() {
        return "report";
    }

    @Override
    public String summary() {
        return "Create reports of a run: HTML, JUnit XML, CTRF, YAML, JSON Lines.";
    }

    @Override
    protected void describeOwn(CommandSpec spec) {
        ABOUT.forEach((format, about) -> OutputOptions.file(format, about).addTo(spec));
        OutputOptions.FILES.addTo(spec);
        RESULTS.addTo(spec);
        JudgingOptions.describeSubtests(spec);
        MACHINES.addTo(spec);
        CompressionOptions.describe(spec);
        spec.usageMessage()
                .footer(
                        "",
                        "Replaces existing files, but not existing directories. Without options, creates report.html in "
                                + "the run directory. A report of a running run says that the run is not complete.",
                        "",
                        "Examples:",
                        "  atex report 20261124-131757-dde1a4",
                        "  atex report atex-runs/20261124-131757-dde1a4 --junit results.xml --html report.html",
                        "  atex report 20261124-131757-dde1a4 --machines        machine-minutes of each test");
    }

    @Override
    protected int run(RunDirectory directory, ParseResult options, Terminal terminal)
            throws UsageException, InterruptedException {
        Map<ReportFormat, Path> wanted = new EnumMap<>(ReportFormat.class);
        for (ReportFormat format : ReportFormat.values()) {
            Optional<Path> file = OutputOptions.file(format, "").of(options);
            if (file.isPresent()) {
                wanted.put(format, target("--" + format.word() + " " + file.get(), file.get()));
            }
        }
        for (OutputOptions.ReportFile report : OutputOptions.reports(options)) {
            String option = "--results " + report;
            if (wanted.put(report.format(), target(option, report.path())) != null) {
                throw new UsageException(
                        option + ": --" + report.format().word() + " is given too; give each format once");
            }
        }
        CompressionOptions compressing = CompressionOptions.of(options);
        Optional<Path> files = OutputOptions.FILES.of(options);
        if (files.isPresent()) {
            OutputOptions.check("--files " + files.get(), files.get());
        }
        boolean machines = MACHINES.of(options);
        if (wanted.isEmpty() && files.isEmpty() && !machines) {
            wanted.put(ReportFormat.HTML, directory.path().resolve("report.html"));
        }
        try {
            RunReport run = read(directory, options);
            run.notes().forEach(note -> terminal.err().println(Printable.line(note.line())));
            FilesCopy copy = FilesCopy.none();
            if (files.isPresent()) {
                copy = FilesCopy.make(run.directory(), files.get(), compressing.files());
                terminal.out().println(terminal.shown(files.get().toString()));
            }
            for (Map.Entry<ReportFormat, Path> each : wanted.entrySet()) {
                write(each.getKey(), run, each.getValue(), compressing.settings(copy));
                terminal.out().println(terminal.shown(each.getValue().toString()));
            }
            if (machines) {
                new MachineMinutes(run).print(terminal);
            }
        } catch (IOException e) {
            throw UsageException.of(e);
        } catch (OutOfMemoryError e) {
            throw new UsageException("reports of " + directory.path() + " cannot be created: " + ErrorText.of(e), e);
        }
        return ExitCode.OK;
    }

    private static RunReport read(RunDirectory directory, ParseResult options) throws UsageException {
        try {
            return RunReport.read(directory.path(), JudgingOptions.subtests(options));
        } catch (IOException e) {
            throw UsageException.reading(e);
        }
    }

    private static void write(ReportFormat format, RunReport run, Path file, ReportSettings settings)
            throws UsageException {
        try {
            format.write(run, file, settings);
        } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
            throw new UsageException(
                    "the report --" + format.word() + " " + file + " cannot be created: " + ErrorText.of(e), e);
        }
    }

    private static Path target(String option, Path path) throws UsageException {
        Path parent = path.toAbsolutePath().normalize().getParent();
        if (Files.isDirectory(path)) {
            throw new UsageException(option + ": it is a directory; the name of a file is needed");
        }
        if (parent == null || !Files.isDirectory(parent)) {
            throw new UsageException(option + ": there is no directory " + parent);
        }
        return path;
    }
}
