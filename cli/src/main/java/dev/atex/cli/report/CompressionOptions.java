package dev.atex.cli.report;

import dev.atex.aggregator.Compression;
import dev.atex.aggregator.FileCompression;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.UsageException;
import dev.atex.report.FilesCopy;
import dev.atex.report.ReportSettings;
import dev.atex.report.XzCompression;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * How results and files are compressed.
 *
 * @param gzip for results
 * @param xz for results
 * @param files how the files of tests are, if they are
 */
record CompressionOptions(Compression gzip, Compression xz, Optional<FileCompression> files) {
    private static final Pattern LEVEL = Pattern.compile("([0-9])(e?)");
    private static final int USUAL_LEVEL = 6;
    private static final String LEVEL_OPTION = "--compress-level";
    private static final String FILES_OPTION = "--compress-files";

    /** As usual. */
    static CompressionOptions usual() {
        return new CompressionOptions(Compression.gzip(USUAL_LEVEL), XzCompression.USUAL, Optional.empty());
    }

    static void describe(CommandSpec spec) {
        spec.addOption(Options.one(
                "LEVEL",
                "How much .gz (1 to 9) and .xz files (0 to 9, 9e: extreme) are compressed. Default: 6.",
                LEVEL_OPTION));
        spec.addOption(Options.one(
                "gz|xz",
                "Compress the files in the directory of --files; results list them with .gz or .xz.",
                FILES_OPTION));
        spec.addOption(
                Options.one("TEXT", "What their names get instead; '': files keep their names.", "--compress-suffix"));
        spec.addOption(Options.many("NAME", "Leave files of this name alone.", "--compress-exclude"));
    }

    static CompressionOptions of(ParseResult options) throws UsageException {
        String level = options.matchedOptionValue(LEVEL_OPTION, Integer.toString(USUAL_LEVEL));
        Matcher parts = LEVEL.matcher(level);
        if (!parts.matches()) {
            throw new UsageException(
                    LEVEL_OPTION + " " + level + ": it must be 1 to 9 for .gz; 0 to 9, with or without e, for .xz");
        }
        int number = Integer.parseInt(parts.group(1));
        boolean extreme = !parts.group(2).isEmpty();
        Compression xz = new XzCompression(number, extreme);
        // What gzip does not have is a mistake only where there is something for gzip.
        Compression gzip = Compression.gzip(Math.max(1, number));
        String kind = options.matchedOptionValue(FILES_OPTION, null);
        boolean gzipIsUsed = "gz".equals(kind)
                || options.expandedArgs().stream().anyMatch(argument -> argument.endsWith(gzip.suffix()));
        if (gzipIsUsed && (number == 0 || extreme)) {
            throw new UsageException(LEVEL_OPTION + " " + level + ": gzip has the levels 1 to 9");
        }
        return new CompressionOptions(gzip, xz, files(options, kind, gzip, xz));
    }

    private static Optional<FileCompression> files(ParseResult options, String kind, Compression gzip, Compression xz)
            throws UsageException {
        String suffix = options.matchedOptionValue("--compress-suffix", null);
        List<String> excluded = Options.all(options, "--compress-exclude");
        if (kind == null) {
            if (suffix != null || !excluded.isEmpty()) {
                throw new UsageException((suffix != null ? "--compress-suffix" : "--compress-exclude") + " is about "
                        + FILES_OPTION + ", which is missing");
            }
            return Optional.empty();
        }
        if (options.matchedOptionValue("--files", null) == null) {
            throw new UsageException(
                    FILES_OPTION + " " + kind + " is about the files in the directory of --files, which is missing");
        }
        Compression how = switch (kind) {
            case "gz" -> gzip;
            case "xz" -> xz;
            default -> throw new UsageException(FILES_OPTION + " " + kind + ": it must be gz or xz");
        };
        try {
            return Optional.of(new FileCompression(how, suffix == null ? how.suffix() : suffix, Set.copyOf(excluded)));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--compress-suffix: " + e.getMessage(), e);
        }
    }

    /** For reports that call files as they are called in this tree. */
    ReportSettings settings(FilesCopy copy) {
        return new ReportSettings(gzip, xz, copy);
    }
}
