package dev.atex.report;

import dev.atex.results.Compression;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Settings for reports.
 *
 * @param gzip for files whose names end in {@code .gz}
 * @param xz for files whose names end in {@code .xz}
 * @param files {@code jsonl} and {@code yaml} use the file names of this tree
 */
public record ReportSettings(Compression gzip, Compression xz, FilesCopy files) {
    private static final int USUAL_LEVEL = 6;

    /** Returns the default settings. */
    public static ReportSettings usual() {
        return new ReportSettings(Compression.gzip(USUAL_LEVEL), XzCompression.USUAL, FilesCopy.none());
    }

    /** Returns a copy that uses the file names of this tree. */
    public ReportSettings withFiles(FilesCopy other) {
        return new ReportSettings(gzip, xz, other);
    }

    /** Returns the compression for a file name; empty for none. */
    Optional<Compression> compression(Path file) {
        String name = file.toString();
        if (name.endsWith(gzip.suffix())) {
            return Optional.of(gzip);
        }
        return name.endsWith(xz.suffix()) ? Optional.of(xz) : Optional.empty();
    }
}
