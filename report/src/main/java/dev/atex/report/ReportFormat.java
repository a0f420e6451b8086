package dev.atex.report;

import dev.atex.report.model.RunReport;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The formats of reports, described in {@code docs/reports.md}. */
public enum ReportFormat {
    /** A copy of {@code results.jsonl}; compressed if the file name ends in {@code .gz} or {@code .xz}. */
    JSONL,
    /** A YAML document for each test. */
    YAML,
    /** JUnit XML, as Jenkins, GitLab and others read it. */
    JUNIT,
    /** Common Test Report Format, JSON. */
    CTRF,
    /** One self-contained page. */
    HTML;

    private Report report(ReportSettings settings) {
        return switch (this) {
            case JSONL -> new JsonLinesReport(settings);
            case YAML -> new YamlReport(settings.files());
            case JUNIT -> new JUnitReport();
            case CTRF -> new CtrfReport();
            case HTML -> new HtmlReport();
        };
    }

    /** Returns the name of the format in options. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the names of all formats. */
    public static List<String> words() {
        return Arrays.stream(values()).map(ReportFormat::word).toList();
    }

    /** Returns the format with this name. */
    public static Optional<ReportFormat> of(String word) {
        return Arrays.stream(values())
                .filter(format -> format.word().equals(word))
                .findFirst();
    }

    /**
     * Writes the report of a run. If that fails, the file stays as it was.
     *
     * @param file replaced if it exists
     * @throws IOException if the report cannot be written, or the run cannot be read; the message says which
     */
    public void write(RunReport run, Path file) throws IOException {
        write(run, file, ReportSettings.usual());
    }

    /** Writes the report of a run with other settings than {@link ReportSettings#usual()}. */
    public void write(RunReport run, Path file, ReportSettings settings) throws IOException {
        Path target = file.toAbsolutePath().normalize();
        Path draft = target.resolveSibling("." + target.getFileName() + ".new");
        boolean whole = false;
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(draft), 1 << 16)) {
                report(settings).write(run, target, out);
            }
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
            whole = true;
        } finally {
            if (!whole) {
                Files.deleteIfExists(draft);
            }
        }
    }
}
