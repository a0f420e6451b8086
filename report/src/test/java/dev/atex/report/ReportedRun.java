package dev.atex.report;

import dev.atex.report.model.RunReport;
import java.nio.file.Path;

/** A process that creates a report of a run directory. Arguments: the directory, the format, and the file. */
final class ReportedRun {
    private ReportedRun() {}

    public static void main(String[] args) throws Exception {
        ReportFormat format = ReportFormat.of(args[1]).orElseThrow();
        format.write(RunReport.read(Path.of(args[0])), Path.of(args[2]));
    }
}
