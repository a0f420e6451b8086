package dev.atex.report;

import dev.atex.report.lines.ResultLine;
import dev.atex.report.model.Result;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes the results of a test as a YAML 1.2 document. */
final class YamlDocument {
    /** Matches texts that need no quotes: a path, or a word that is a string for every YAML reader. */
    private static final Pattern PLAIN = Pattern.compile("/[A-Za-z0-9/_.-]*|pass|fail|error|infra|info|warn|skip");

    private final Appendable out;

    private YamlDocument(Appendable out) {
        this.out = out;
    }

    /** Returns results one by one, null after the last. */
    @FunctionalInterface
    interface Results {
        @Nullable
        Result next() throws IOException;
    }

    /** Returns the same results as often as requested. */
    @FunctionalInterface
    interface Source {
        Results open() throws IOException;
    }

    /** Writes the document; there may be more results than fit into memory, since they are read several times. */
    static void write(Source source, Appendable to) throws IOException {
        new YamlDocument(to).write(source);
    }

    private void write(Source source) throws IOException {
        Results results = source.open();
        Result any = null;
        String status = "";
        Optional<String> note = Optional.empty();
        boolean files = false;
        boolean subtests = false;
        for (Result result = results.next(); result != null; result = results.next()) {
            any = any == null ? result : any;
            if (result.subtest().isPresent()) {
                subtests = true;
            } else {
                status = result.status().isEmpty() ? status : result.status();
                note = result.note().isPresent() ? result.note() : note;
                files |= !result.files().isEmpty();
            }
        }
        if (any == null) {
            throw new IllegalArgumentException("a document needs a result");
        }
        out.append("---\n");
        member("", "platform", any.platform());
        member("", "name", any.test());
        member("", "status", status);
        if (files) {
            out.append("files:\n");
            Results own = source.open();
            for (Result result = own.next(); result != null; result = own.next()) {
                if (result.subtest().isEmpty()) {
                    items("", result.files());
                }
            }
        }
        member("", "note", note.orElse(""));
        if (subtests) {
            out.append("subtests:\n");
            Results all = source.open();
            for (Result result = all.next(); result != null; result = all.next()) {
                if (result.subtest().isPresent()) {
                    subtest(result, result.subtest().get());
                }
            }
        }
    }

    private void subtest(Result result, String name) throws IOException {
        out.append("- name: ");
        scalar(name);
        out.append('\n');
        member("  ", "status", result.status());
        if (!result.files().isEmpty()) {
            out.append("  files:\n");
            items("  ", result.files());
        }
        member("  ", "note", result.note().orElse(""));
    }

    private void items(String indent, List<String> files) throws IOException {
        for (String file : files) {
            out.append(indent).append("- ");
            scalar(file);
            out.append('\n');
        }
    }

    private void member(String indent, String name, String value) throws IOException {
        if (!value.isEmpty()) {
            out.append(indent).append(name).append(": ");
            scalar(value);
            out.append('\n');
        }
    }

    private void scalar(String value) throws IOException {
        if (PLAIN.matcher(value).matches()) {
            out.append(value);
            return;
        }
        out.append('"');
        String text = ResultLine.wellFormed(value);
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                default -> {
                    if (isShown(c)) {
                        out.append((char) c);
                    } else {
                        out.append(String.format(c > 0xffff ? "\\U%08x" : "\\u%04x", c));
                    }
                }
            }
            i += Character.charCount(c);
        }
        out.append('"');
    }

    private static boolean isShown(int c) {
        boolean ascii = c >= 0x20 && c < 0x7f;
        return ascii || (c >= 0xa1 && c < 0xd800 && c != 0x2028 && c != 0x2029);
    }
}
