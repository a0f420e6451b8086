package dev.atex.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A YAML 1.2 document of the results of one test. */
final class YamlDocument {
    /** Needs no quotes: a path, or a word that no reader of YAML takes for something else. */
    private static final Pattern PLAIN = Pattern.compile("/[A-Za-z0-9/_.-]*|pass|fail|error|infra|info|warn|skip");

    private final StringBuilder out = new StringBuilder();

    private YamlDocument() {}

    /** Text for results of a test, at least one; ends with the end of a line. */
    static String of(List<Result> results) {
        YamlDocument document = new YamlDocument();
        document.write(results);
        return document.out.toString();
    }

    private void write(List<Result> results) {
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
        out.append("---\n");
        member("", "platform", results.getFirst().platform());
        member("", "name", results.getFirst().test());
        members("", status, files, note);
        if (!subtests.isEmpty()) {
            out.append("subtests:\n");
            for (Result subtest : subtests) {
                out.append("- name: ");
                scalar(subtest.subtest().orElse(""));
                out.append('\n');
                members("  ", subtest.status(), subtest.files(), subtest.note());
            }
        }
    }

    private void members(String indent, String status, List<String> files, Optional<String> note) {
        member(indent, "status", status);
        if (!files.isEmpty()) {
            out.append(indent).append("files:\n");
            for (String file : files) {
                out.append(indent).append("- ");
                scalar(file);
                out.append('\n');
            }
        }
        member(indent, "note", note.orElse(""));
    }

    private void member(String indent, String name, String value) {
        if (!value.isEmpty()) {
            out.append(indent).append(name).append(": ");
            scalar(value);
            out.append('\n');
        }
    }

    private void scalar(String text) {
        if (PLAIN.matcher(text).matches()) {
            out.append(text);
            return;
        }
        out.append('"');
        Result.wellFormed(text).codePoints().forEach(c -> {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                default -> {
                    if (isShown(c)) {
                        out.appendCodePoint(c);
                    } else {
                        out.append(String.format(c > 0xffff ? "\\U%08x" : "\\u%04x", c));
                    }
                }
            }
        });
        out.append('"');
    }

    private static boolean isShown(int c) {
        boolean ascii = c >= 0x20 && c < 0x7f;
        return ascii || (c >= 0xa1 && c < 0xd800 && c != 0x2028 && c != 0x2029);
    }
}
