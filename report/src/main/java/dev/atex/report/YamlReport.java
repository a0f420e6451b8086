package dev.atex.report;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A YAML 1.2 document for each test that has results: {@code platform}, {@code name}, {@code status}, {@code files},
 * {@code note}, {@code subtests}; what is empty is left out. Of several results for the test itself the last status and the
 * last note count, and files add up.
 */
final class YamlReport implements Report {
    /** Needs no quotes: a path, or a word that no reader of YAML takes for something else. */
    private static final Pattern PLAIN = Pattern.compile("/[A-Za-z0-9/_.-]*|pass|fail|error|infra|info|warn|skip");

    @Override
    public void write(RunReport run, Path target, OutputStream out) throws IOException {
        Writer writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 1 << 16);
        for (ReportedTest test : run.tests()) {
            if (!test.results().isEmpty()) {
                document(test.results(), writer);
            }
        }
        writer.flush();
    }

    private static void document(List<Result> results, Writer out) throws IOException {
        String status = "";
        Optional<String> note = Optional.empty();
        List<String> files = new ArrayList<>();
        List<Result> subtests = new ArrayList<>();
        for (Result result : results) {
            if (result.subtest().isPresent()) {
                subtests.add(result);
            } else {
                status = result.status().isEmpty() ? status : result.status();
                note = result.note().isPresent() ? result.note() : note;
                files.addAll(result.files());
            }
        }
        out.write("---\n");
        member("", "platform", results.getFirst().platform(), out);
        member("", "name", results.getFirst().test(), out);
        members("", status, files, note, out);
        if (!subtests.isEmpty()) {
            out.write("subtests:\n");
            for (Result subtest : subtests) {
                out.write("- name: " + scalar(subtest.subtest().orElse("")) + "\n");
                members("  ", subtest.status(), subtest.files(), subtest.note(), out);
            }
        }
    }

    private static void members(String indent, String status, List<String> files, Optional<String> note, Writer out)
            throws IOException {
        member(indent, "status", status, out);
        if (!files.isEmpty()) {
            out.write(indent + "files:\n");
            for (String file : files) {
                out.write(indent + "- " + scalar(file) + "\n");
            }
        }
        member(indent, "note", note.orElse(""), out);
    }

    private static void member(String indent, String name, String value, Writer out) throws IOException {
        if (!value.isEmpty()) {
            out.write(indent + name + ": " + scalar(value) + "\n");
        }
    }

    private static String scalar(String text) {
        if (PLAIN.matcher(text).matches()) {
            return text;
        }
        StringBuilder quoted = new StringBuilder("\"");
        Result.wellFormed(text).codePoints().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (isShown(c)) {
                        quoted.appendCodePoint(c);
                    } else {
                        quoted.append(String.format(c > 0xffff ? "\\U%08x" : "\\u%04x", c));
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }

    private static boolean isShown(int c) {
        boolean ascii = c >= 0x20 && c < 0x7f;
        return ascii || (c >= 0xa1 && c < 0xd800 && c != 0x2028 && c != 0x2029);
    }
}
