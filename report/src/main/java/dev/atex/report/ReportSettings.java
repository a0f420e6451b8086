package dev.atex.report;

import dev.atex.aggregator.Compression;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What can be chosen for reports.
 *
 * @param gzip for files whose names end in {@code .gz}
 * @param xz for those in {@code .xz}
 * @param files {@code jsonl} and {@code yaml} call files as they are called there
 */
public record ReportSettings(Compression gzip, Compression xz, FilesCopy files) {
    private static final int USUAL_LEVEL = 6;

    /** The usual ones. */
    public static ReportSettings usual() {
        return new ReportSettings(Compression.gzip(USUAL_LEVEL), XzCompression.USUAL, FilesCopy.none());
    }

    /** The same for files that are called as in this tree. */
    public ReportSettings withFiles(FilesCopy other) {
        return new ReportSettings(gzip, xz, other);
    }

    /** By what a file of this name is compressed; empty: it is not. */
    Optional<Compression> compression(Path file) {
        String name = file.toString();
        if (name.endsWith(gzip.suffix())) {
            return Optional.of(gzip);
        }
        return name.endsWith(xz.suffix()) ? Optional.of(xz) : Optional.empty();
    }
}
