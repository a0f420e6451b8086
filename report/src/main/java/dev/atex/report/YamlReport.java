package dev.atex.report;

import dev.atex.report.model.ReportedTest;
import dev.atex.report.model.Result;
import dev.atex.report.model.ResultsReader;
import dev.atex.report.model.RunReport;
import dev.atex.run.RunNote;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A YAML 1.2 document for each test that has results: {@code platform}, {@code name}, {@code status}, {@code files},
 * {@code note}, {@code subtests}; empty members are left out. Of several results for the test itself the last status and
 * the last note count, and files add up.
 */
record YamlReport(FilesCopy files) implements Report {
    @Override
    public void write(RunReport run, Path target, OutputStream out) throws IOException {
        Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        for (RunNote note : run.notes()) {
            text.write("# " + comment(note.line()) + "\n");
        }
        try (ResultsReader results = run.openResults()) {
            for (ReportedTest test : run.tests()) {
                if (test.results().count() > 0) {
                    YamlDocument.write(() -> renamed(results.of(test)), text);
                }
            }
        }
        text.flush();
    }

    /** Returns the text on one line, without characters that YAML readers refuse. */
    private static String comment(String text) {
        StringBuilder plain = new StringBuilder();
        text.codePoints().forEach(point -> plain.appendCodePoint(isPlain(point) ? point : 0xfffd));
        return plain.toString();
    }

    private static boolean isPlain(int point) {
        boolean control = point < ' ' || (point >= 0x7f && point < 0xa0);
        boolean breaks = point == 0x2028 || point == 0x2029;
        boolean half = point >= 0xd800 && point < 0xe000;
        return !control && !breaks && !half && point != 0xfeff && point != 0xfffe && point != 0xffff;
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
