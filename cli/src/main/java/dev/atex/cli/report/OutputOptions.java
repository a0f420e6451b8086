package dev.atex.cli.report;

import dev.atex.cli.command.ErrorText;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.state.RunDirectory;
import dev.atex.internal.files.Trees;
import dev.atex.internal.text.Suggestion;
import dev.atex.report.FilesCopy;
import dev.atex.report.ReportFormat;
import dev.atex.report.ReportSettings;
import dev.atex.report.model.RunReport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * The outputs that a run writes at its end, besides its run directory.
 *
 * @param reports the reports and their files
 * @param files where the files of tests are also written
 * @param compressing the options for compression
 * @param live the address of the live page
 */
public record OutputOptions(
        List<ReportFile> reports,
        Optional<Path> files,
        CompressionOptions compressing,
        Optional<InetSocketAddress> live) {
    public static final OutputOptions NONE =
            new OutputOptions(List.of(), Optional.empty(), CompressionOptions.usual(), Optional.empty());

    /** The long names of the options. */
    public static final Set<String> OPTIONS = Stream.concat(
                    Stream.of("results", "files"), ReportFormat.words().stream())
            .collect(Collectors.toUnmodifiableSet());

    /** A report to write. */
    record ReportFile(ReportFormat format, Path path) {
        @Override
        public String toString() {
            return format.word() + "=" + path;
        }

        /** Returns the option for {@code atex report}. */
        private String option() {
            return "--" + format.word() + " " + path;
        }
    }

    static final Opt<List<String>> RESULTS = Opt.many(
            "FORMAT=FILE",
            "Also write the results to this file: " + String.join(", ", ReportFormat.words())
                    + ". The name of a jsonl file may end in .gz or .xz. 'atex report' does the same later.",
            "--results");
    static final Opt<Optional<Path>> FILES = Opt.one(
            "DIR",
            "Also put the files of tests into this new directory, as hard links where possible.",
            Options::path,
            "--files");
    private static final Opt<Optional<String>> SERVE = Opt.optional(
            "[HOST:]PORT",
            "0",
            "Show the run in a browser while it is running, at an address that is printed; on this host only, unless"
                    + " HOST is another address of it. Default port: any free one.",
            "--serve");

    public static void describe(CommandSpec spec) {
        RESULTS.addTo(spec);
        for (ReportFormat format : ReportFormat.values()) {
            Opt<?> option = file(
                    format, "The same as --results " + format.word() + "=FILE; 'atex report' has the same option.");
            option.addTo(spec);
        }
        FILES.addTo(spec);
        CompressionOptions.describe(spec);
        SERVE.addTo(spec);
    }

    /** Returns the option for a report in this format. */
    static Opt<Optional<Path>> file(ReportFormat format, String description) {
        return Opt.one("FILE", description, Options::path, "--" + format.word());
    }

    /** Returns the reports that {@code --results} asks for. */
    static List<ReportFile> reports(ParseResult options) throws UsageException {
        List<ReportFile> reports = new ArrayList<>();
        for (String text : RESULTS.of(options)) {
            Map.Entry<String, String> rule = Options.keyValue("--results", text, "--results junit=results.xml");
            ReportFormat format = ReportFormat.of(rule.getKey())
                    .orElseThrow(() -> new UsageException("--results " + text + ": unknown format"
                            + Suggestion.among(rule.getKey(), ReportFormat.words())));
            reports.add(new ReportFile(format, Options.path("--results " + format.word(), rule.getValue())));
        }
        return reports;
    }

    public static OutputOptions of(ParseResult options) throws UsageException {
        List<ReportFile> reports = reports(options);
        for (ReportFormat format : ReportFormat.values()) {
            file(format, "").of(options).ifPresent(file -> reports.add(new ReportFile(format, file)));
        }
        Optional<String> serve = SERVE.of(options);
        return new OutputOptions(
                reports,
                FILES.of(options),
                CompressionOptions.of(options),
                serve.isEmpty() ? Optional.empty() : Optional.of(address(serve.get())));
    }

    private static InetSocketAddress address(String text) throws UsageException {
        int colon = text.lastIndexOf(':');
        int port = Options.number("--serve", text.substring(colon + 1), 0, 65535);
        String host = colon < 0 ? "127.0.0.1" : text.substring(0, colon);
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved() || host.isEmpty()) {
            throw new UsageException("--serve " + text + ": '" + host + "' is not an address of this host");
        }
        return address;
    }

    /** Checks whether they can be written, as far as possible without writing. */
    public void check() throws UsageException {
        for (ReportFile report : reports) {
            check("--results " + report, report.path());
        }
        if (files.isPresent()) {
            check("--files " + files.get(), files.get());
        }
    }

    public static void check(String option, Path path) throws UsageException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new UsageException(option + ": it exists already; remove it or choose another one");
        }
        Path parent = path.toAbsolutePath().normalize().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new UsageException(option + ": there is no directory " + parent);
        }
        if (!Files.isWritable(parent)) {
            throw new UsageException(option + ": cannot write to the directory " + parent);
        }
    }

    /** Returns the options with absolute paths. */
    public Map<String, List<String>> absolute() {
        Map<String, List<String>> options = new LinkedHashMap<>();
        if (!reports.isEmpty()) {
            options.put(
                    "results",
                    reports.stream()
                            .map(report -> new ReportFile(report.format(), absolute(report.path())).toString())
                            .toList());
        }
        files.ifPresent(path -> options.put("files", List.of(absolute(path).toString())));
        return options;
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }

    /**
     * Writes them. If one cannot be written, the others still are.
     *
     * @return the outputs that could not be written, each with the reason and what to do
     */
    public List<String> write(RunDirectory directory) throws InterruptedException {
        List<String> problems = new ArrayList<>();
        FilesCopy copy = FilesCopy.none();
        if (files.isPresent()) {
            try {
                copy = copyFiles(directory, files.get());
            } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
                problems.add("--files " + files.get() + " cannot be created: " + ErrorText.of(e)
                        + "; then: atex report " + directory.path() + " --files " + files.get());
            }
        }
        if (!reports.isEmpty()) {
            writeReports(directory, compressing.settings(copy), problems);
        }
        return problems;
    }

    /** Copies into a draft and renames it: the process may be killed in between. */
    private FilesCopy copyFiles(RunDirectory directory, Path to) throws IOException, InterruptedException {
        Path draft = to.resolveSibling("." + to.getFileName() + ".new");
        Trees.delete(draft);
        FilesCopy copy = FilesCopy.make(directory.path(), draft, compressing.files());
        Trees.delete(to); // from before the run was resumed
        Files.move(draft, to);
        return copy;
    }

    /** Returns whether some of them do not exist. */
    public boolean areMissing() {
        return Stream.concat(reports.stream().map(ReportFile::path), files.stream())
                .anyMatch(path -> !Files.exists(path, LinkOption.NOFOLLOW_LINKS));
    }

    /** Writes the reports. Whatever goes wrong must not break the run. */
    private void writeReports(RunDirectory directory, ReportSettings settings, List<String> problems) {
        RunReport run;
        try {
            run = RunReport.read(directory.path());
        } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
            String names = reports.stream().map(ReportFile::toString).collect(Collectors.joining(", "));
            String options = reports.stream().map(ReportFile::option).collect(Collectors.joining(" "));
            problems.add("reports cannot be made (" + names + "): " + ErrorText.of(e) + "; then: atex report "
                    + directory.path() + " " + options);
            return;
        }
        for (ReportFile report : reports) {
            try {
                report.format().write(run, report.path(), settings);
            } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
                problems.add("the report " + report + " cannot be created: " + ErrorText.of(e) + "; then: atex report "
                        + directory.path() + " " + report.option());
            }
        }
    }
}
