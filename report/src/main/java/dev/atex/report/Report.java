package dev.atex.report;

import dev.atex.report.model.RunReport;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Objects;

/** Writes a report. */
interface Report {
    /**
     * Writes it, without closing {@code out}.
     *
     * @param target where it will lie, absolute: paths in it are relative to that
     */
    void write(RunReport run, Path target, OutputStream out) throws IOException;

    /** What to call a file of the run in the report: its path from where the report lies. */
    static String link(Path target, Path file) {
        Path parent = Objects.requireNonNull(target.getParent(), "a file lies in a directory");
        return parent.relativize(file.toAbsolutePath().normalize()).toString();
    }
}
