package dev.atex.report;

import dev.atex.report.model.RunReport;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Objects;

/** A kind of report. */
interface Report {
    /**
     * Writes the report without closing {@code out}.
     *
     * @param target the absolute path of the report: paths in it are relative to its directory
     */
    void write(RunReport run, Path target, OutputStream out) throws IOException;

    /** Returns the path of a file of the run relative to the directory of the report. */
    static String link(Path target, Path file) {
        Path parent = Objects.requireNonNull(target.getParent(), "a file lies in a directory");
        return parent.relativize(file.toAbsolutePath().normalize()).toString();
    }
}
