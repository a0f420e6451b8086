package dev.atex.cli.report;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ErrorText;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.state.RunDirectory;
import dev.atex.cli.state.Runs;
import dev.atex.cli.view.Printable;
import dev.atex.report.FilesCopy;
import dev.atex.report.ReportFormat;
import dev.atex.report.ReportSettings;
import dev.atex.report.model.RunReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex report}: reports of a run, made from its directory. */
public final class ReportCommand implements Command {
    private static final Map<ReportFormat, String> ABOUT = new EnumMap<>(Map.of(
            ReportFormat.HTML, "One page to look at.",
            ReportFormat.JUNIT, "JUnit XML, as Jenkins, GitLab and others read it.",
            ReportFormat.CTRF, "Common Test Report Format, JSON.",
            ReportFormat.YAML, "A YAML document for each test.",
            ReportFormat.JSONL, "The lines of results.jsonl; compressed if the name ends in .gz or .xz."));

    private static final String MACHINES = "--machines";

    @Override
    public String name() {
        return "report";
    }

    @Override
    public String summary() {
        return "Make reports of a run: HTML, JUnit XML, CTRF, YAML, JSON Lines.";
    }

    @Override
    public void describe(CommandSpec spec) {
        Runs.describe(spec);
        ABOUT.forEach((format, about) -> spec.addOption(Options.one("FILE", about, "--" + format.word())));
        spec.addOption(Options.one(
                "DIR", "The files of tests, in this directory, to be made (linked if possible).", "--files"));
        spec.addOption(Options.many(
                "FORMAT=FILE", "The same as --FORMAT FILE, as 'atex run' has it: --results junit=FILE.", "--results"));
        JudgingOptions.describeSubtests(spec);
        spec.addOption(Options.flag(
                "Print what machines were used for: machine-minutes of the run and of each test, and idle ones.",
                MACHINES));
        CompressionOptions.describe(spec);
        spec.usageMessage()
                .footer(
                        "",
                        "Files that are there already are replaced, a directory is not. Without options: report.html in the run directory. The run",
                        "may still be going on; then the report says so.",
                        "",
                        "Examples:",
                        "  atex report 20261124-131757-dde1a4",
                        "  atex report atex-runs/20261124-131757-dde1a4 --junit results.xml --html report.html",
                        "  atex report 20261124-131757-dde1a4 --machines        which tests used machines how long");
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException, InterruptedException {
        RunDirectory directory = Runs.named(options);
        Map<ReportFormat, Path> wanted = new EnumMap<>(ReportFormat.class);
        for (ReportFormat format : ReportFormat.values()) {
            String file = options.matchedOptionValue("--" + format.word(), null);
            if (file != null) {
                wanted.put(format, target("--" + format.word(), file));
            }
        }
        for (OutputOptions.ReportFile report : OutputOptions.reports(options)) {
            String option = "--results " + report.format().word() + "=";
            if (wanted.put(report.format(), target(option, report.path().toString())) != null) {
                throw new UsageException(option + report.path() + ": --"
                        + report.format().word() + " is given, too; give each format once");
            }
        }
        CompressionOptions compressing = CompressionOptions.of(options);
        String files = options.matchedOptionValue("--files", null);
        if (files != null) {
            OutputOptions.check("--files " + files, Options.path("--files", files));
        }
        boolean machines = options.hasMatchedOption(MACHINES);
        if (wanted.isEmpty() && files == null && !machines) {
            wanted.put(ReportFormat.HTML, directory.path().resolve("report.html"));
        }
        try {
            RunReport run = RunReport.read(directory.path(), JudgingOptions.subtests(options));
            run.notes().forEach(note -> terminal.err().println(Printable.line(note.line())));
            FilesCopy copy = FilesCopy.none();
            if (files != null) {
                copy = FilesCopy.make(run.directory(), Path.of(files), compressing.files());
                terminal.out().println(terminal.shown(files));
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
            throw new UsageException("reports of " + directory.path() + " cannot be made: " + ErrorText.of(e), e);
        }
        return ExitCode.OK;
    }

    private static void write(ReportFormat format, RunReport run, Path file, ReportSettings settings)
            throws UsageException {
        try {
            format.write(run, file, settings);
        } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
            throw new UsageException(
                    "the report --" + format.word() + " " + file + " cannot be made: " + ErrorText.of(e), e);
        }
    }

    private static Path target(String option, String file) throws UsageException {
        Path path = Options.path(option, file);
        Path parent = path.toAbsolutePath().normalize().getParent();
        if (Files.isDirectory(path)) {
            throw new UsageException(option + " " + file + ": it is a directory; the name of a file is needed");
        }
        if (parent == null || !Files.isDirectory(parent)) {
            throw new UsageException(option + " " + file + ": there is no directory " + parent);
        }
        return path;
    }
}
