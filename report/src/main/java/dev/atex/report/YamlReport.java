package dev.atex.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The documents of {@link YamlFormat}, of the tests that have results. */
record YamlReport(FilesCopy files) implements Report {
    @Override
    public void write(RunReport run, Path target, OutputStream out) throws IOException {
        for (ReportedTest test : run.tests()) {
            if (!test.results().isEmpty()) {
                out.write(YamlDocument.of(renamed(test.results())).getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private List<Result> renamed(List<Result> results) throws IOException {
        List<Result> renamed = new ArrayList<>();
        for (Result each : results) {
            List<String> names =
                    files.names(each.platform(), each.test(), each.subtest().orElse(null), each.files());
            renamed.add(new Result(each.platform(), each.status(), each.test(), each.subtest(), names, each.note()));
        }
        return renamed;
    }
}
