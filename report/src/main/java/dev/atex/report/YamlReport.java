package dev.atex.report;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The documents of {@link YamlFormat}, of the tests that have results. */
record YamlReport(FilesCopy files) implements Report {
    @Override
    public void write(RunReport run, Path target, OutputStream out) throws IOException {
        Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        try (ResultsReader results = run.openResults()) {
            for (ReportedTest test : run.tests()) {
                if (test.results().count() > 0) {
                    YamlDocument.write(() -> renamed(results.of(test)), text);
                }
            }
        }
        text.flush();
    }

    private YamlDocument.Results renamed(ResultsReader.Cursor results) {
        return () -> {
            Result each = results.next();
            return each == null
                    ? null
                    : new Result(
                            each.platform(),
                            each.status(),
                            each.test(),
                            each.subtest(),
                            files.names(
                                    each.platform(), each.test(), each.subtest().orElse(null), each.files()),
                            each.note());
        };
    }
}
