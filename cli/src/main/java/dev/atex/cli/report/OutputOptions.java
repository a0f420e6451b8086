package dev.atex.cli.report;

import dev.atex.cli.command.ErrorText;
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
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * What a run leaves besides its directory, made of that at its end.
 *
 * @param reports where which report is written
 * @param files where the files of tests are to be, too
 * @param compressing how much, and what
 * @param live where the run can be watched in a browser
 */
public record OutputOptions(
        List<ReportFile> reports,
        Optional<Path> files,
        CompressionOptions compressing,
        Optional<InetSocketAddress> live) {
    public static final OutputOptions NONE =
            new OutputOptions(List.of(), Optional.empty(), CompressionOptions.usual(), Optional.empty());

    /** The long names of its options. */
    public static final Set<String> OPTIONS = Stream.concat(
                    Stream.of("results", "files"), ReportFormat.words().stream())
            .collect(Collectors.toUnmodifiableSet());

    /** A report. */
    record ReportFile(ReportFormat format, Path path) {
        @Override
        public String toString() {
            return format.word() + "=" + path;
        }

        /** As {@code atex report} takes it. */
        private String option() {
            return "--" + format.word() + " " + path;
        }
    }

    public static void describe(CommandSpec spec) {
        spec.addOption(Options.many(
                "FORMAT=FILE",
                "Also write the results there: " + String.join(", ", ReportFormat.words())
                        + ". The name of a jsonl file may end in .gz or .xz. 'atex report' does the same later.",
                "--results"));
        for (ReportFormat format : ReportFormat.values()) {
            spec.addOption(Options.one(
                    "FILE",
                    "The same as --results " + format.word() + "=FILE, as 'atex report' has it.",
                    "--" + format.word()));
        }
        spec.addOption(Options.one(
                "DIR", "Have the files of tests also in this directory, to be made (linked if possible).", "--files"));
        CompressionOptions.describe(spec);
        spec.addOption(OptionSpec.builder("--serve")
                .paramLabel("[HOST:]PORT")
                .arity("0..1")
                .fallbackValue("0")
                .type(String.class)
                .description("Show the run in a browser while it goes on, at an address that is printed; on this host"
                        + " only, unless another address of it is given. Default port: any.")
                .build());
    }

    /** Reports that were asked for by {@code --results}. */
    static List<ReportFile> reports(ParseResult options) throws UsageException {
        List<ReportFile> reports = new ArrayList<>();
        for (String text : Options.all(options, "--results")) {
            Map.Entry<String, String> rule = Options.keyValue("--results", text, "--results junit=results.xml");
            ReportFormat format = ReportFormat.of(rule.getKey())
                    .orElseThrow(() -> new UsageException("--results " + text + ": there is no such format"
                            + Suggestion.among(rule.getKey(), ReportFormat.words())));
            reports.add(new ReportFile(format, Options.path("--results " + format.word(), rule.getValue())));
        }
        return reports;
    }

    public static OutputOptions of(ParseResult options) throws UsageException {
        List<ReportFile> reports = reports(options);
        for (ReportFormat format : ReportFormat.values()) {
            String file = options.matchedOptionValue("--" + format.word(), null);
            if (file != null) {
                reports.add(new ReportFile(format, Options.path("--" + format.word(), file)));
            }
        }
        String files = options.matchedOptionValue("--files", null);
        String serve = options.matchedOptionValue("--serve", null);
        return new OutputOptions(
                reports,
                files == null ? Optional.empty() : Optional.of(Options.path("--files", files)),
                CompressionOptions.of(options),
                serve == null ? Optional.empty() : Optional.of(address(serve)));
    }

    private static InetSocketAddress address(String text) throws UsageException {
        int colon = text.lastIndexOf(':');
        int port = Options.number("--serve", text.substring(colon + 1), 0, 65535);
        String host = colon < 0 ? "127.0.0.1" : text.substring(0, colon);
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved() || host.isEmpty()) {
            throw new UsageException("--serve " + text + ": '" + host + "' is no address of this host");
        }
        return address;
    }

    /** Sees whether they can be made, as far as can be told without trying. */
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

    /** The options that mean the same wherever they are read. */
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
     * Makes them. One that cannot be made does not keep the others from being made.
     *
     * @return what could not be made, why, and what to do
     */
    public List<String> write(RunDirectory directory) throws InterruptedException {
        List<String> problems = new ArrayList<>();
        FilesCopy copy = FilesCopy.none();
        if (files.isPresent()) {
            try {
                copy = copyFiles(directory, files.get());
            } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
                problems.add("--files " + files.get() + " cannot be made: " + ErrorText.of(e) + "; then: atex report "
                        + directory.path() + " --files " + files.get());
            }
        }
        if (!reports.isEmpty()) {
            writeReports(directory, compressing.settings(copy), problems);
        }
        return problems;
    }

    /** Where it is to be when it is whole: a process may end in between. */
    private FilesCopy copyFiles(RunDirectory directory, Path to) throws IOException, InterruptedException {
        Path draft = to.resolveSibling("." + to.getFileName() + ".new");
        Trees.delete(draft);
        FilesCopy copy = FilesCopy.make(directory.path(), draft, compressing.files());
        Trees.delete(to); // from before the run was resumed
        Files.move(draft, to);
        return copy;
    }

    /** Whether some of them are not there. */
    public boolean areMissing() {
        return Stream.concat(reports.stream().map(ReportFile::path), files.stream())
                .anyMatch(path -> !Files.exists(path, LinkOption.NOFOLLOW_LINKS));
    }

    /** A report that is broken must not break the run, whatever breaks it. */
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
                problems.add("the report " + report + " cannot be made: " + ErrorText.of(e) + "; then: atex report "
                        + directory.path() + " " + report.option());
            }
        }
    }
}
