package dev.atex.cli.report;

import dev.atex.cli.command.Opt;
import dev.atex.cli.command.UsageException;
import dev.atex.report.FilesCopy;
import dev.atex.report.ReportSettings;
import dev.atex.report.XzCompression;
import dev.atex.results.Compression;
import dev.atex.results.FileCompression;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * The options for compressing results and files.
 *
 * @param gzip for results
 * @param xz for results
 * @param files how the files of tests are, if they are
 */
record CompressionOptions(Compression gzip, Compression xz, Optional<FileCompression> files) {
    private static final Pattern LEVEL = Pattern.compile("([0-9])(e?)");
    private static final int USUAL_LEVEL = 6;

    private static final Opt<Optional<String>> COMPRESS_LEVEL = Opt.one(
            "LEVEL", "Level for .gz (1 to 9) and .xz files (0 to 9, 9e: extreme). Default: 6.", "--compress-level");
    private static final Opt<Optional<String>> COMPRESS_FILES = Opt.one(
            "gz|xz",
            "Compress the files in the directory of --files; results list them with .gz or .xz.",
            "--compress-files");
    private static final Opt<Optional<String>> COMPRESS_SUFFIX = Opt.one(
            "TEXT", "Suffix of compressed files (default: .gz or .xz); '' keeps their names.", "--compress-suffix");
    private static final Opt<List<String>> COMPRESS_EXCLUDE =
            Opt.many("NAME", "Do not compress files with this name.", "--compress-exclude");

    /** Returns the defaults. */
    static CompressionOptions usual() {
        return new CompressionOptions(Compression.gzip(USUAL_LEVEL), XzCompression.USUAL, Optional.empty());
    }

    static void describe(CommandSpec spec) {
        Opt.addAll(spec, COMPRESS_LEVEL, COMPRESS_FILES, COMPRESS_SUFFIX, COMPRESS_EXCLUDE);
    }

    static CompressionOptions of(ParseResult options) throws UsageException {
        String level = COMPRESS_LEVEL.of(options).orElse(Integer.toString(USUAL_LEVEL));
        Matcher parts = LEVEL.matcher(level);
        if (!parts.matches()) {
            throw new UsageException(
                    COMPRESS_LEVEL + " " + level + ": it must be 1 to 9 for .gz; 0 to 9, with or without e, for .xz");
        }
        int number = Integer.parseInt(parts.group(1));
        boolean extreme = !parts.group(2).isEmpty();
        Compression xz = new XzCompression(number, extreme);
        // What gzip does not have is a mistake only where there is something for gzip.
        Compression gzip = Compression.gzip(Math.max(1, number));
        Optional<String> kind = COMPRESS_FILES.of(options);
        boolean gzipIsUsed = kind.equals(Optional.of("gz"))
                || options.expandedArgs().stream().anyMatch(argument -> argument.endsWith(gzip.suffix()));
        if (gzipIsUsed && (number == 0 || extreme)) {
            throw new UsageException(COMPRESS_LEVEL + " " + level + ": gzip has the levels 1 to 9");
        }
        return new CompressionOptions(gzip, xz, files(options, kind, gzip, xz));
    }

    private static Optional<FileCompression> files(
            ParseResult options, Optional<String> kind, Compression gzip, Compression xz) throws UsageException {
        Optional<String> suffix = COMPRESS_SUFFIX.of(options);
        List<String> excluded = COMPRESS_EXCLUDE.of(options);
        if (kind.isEmpty()) {
            if (suffix.isPresent() || !excluded.isEmpty()) {
                throw new UsageException(
                        (suffix.isPresent() ? COMPRESS_SUFFIX : COMPRESS_EXCLUDE) + " needs " + COMPRESS_FILES);
            }
            return Optional.empty();
        }
        if (!OutputOptions.FILES.isGiven(options)) {
            throw new UsageException(
                    COMPRESS_FILES + " " + kind.get() + " needs --files: it compresses the files there");
        }
        Compression how = switch (kind.get()) {
            case "gz" -> gzip;
            case "xz" -> xz;
            default -> throw new UsageException(COMPRESS_FILES + " " + kind.get() + ": it must be gz or xz");
        };
        try {
            return Optional.of(new FileCompression(how, suffix.orElse(how.suffix()), Set.copyOf(excluded)));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--compress-suffix: " + e.getMessage(), e);
        }
    }

    /** Returns settings for reports that name files as in this copy. */
    ReportSettings settings(FilesCopy copy) {
        return new ReportSettings(gzip, xz, copy);
    }
}
