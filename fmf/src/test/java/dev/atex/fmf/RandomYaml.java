package dev.atex.fmf;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Writes values as YAML in common styles, chosen by a seed: blocks and brackets, all kinds of quotes, continued
 * lines, comments, anchors, documents without a line end. The meaning is certain, whatever was chosen.
 */
final class RandomYaml {
    private final Random random;
    private final IdentityHashMap<Object, Integer> uses = new IdentityHashMap<>();
    private final IdentityHashMap<Object, String> anchors = new IdentityHashMap<>();
    private final Map<String, Integer> styles;
    private final StringBuilder out = new StringBuilder();

    private RandomYaml(Random random, Map<String, Integer> styles) {
        this.random = random;
        this.styles = styles;
    }

    /** Writes a non-empty mapping as a document. Adds the number of uses of each style to {@code styles}. */
    static String write(Map<String, Object> value, long seed, Map<String, Integer> styles) {
        RandomYaml yaml = new RandomYaml(new Random(seed), styles);
        yaml.count(value);
        yaml.block(value, 0);
        String text = yaml.out.toString();
        return yaml.end(text);
    }

    private void count(Object value) {
        if (uses.merge(value, 1, Integer::sum) > 1) {
            return;
        }
        if (value instanceof Map<?, ?> map) {
            map.values().forEach(this::count);
        } else if (value instanceof List<?> list) {
            list.forEach(this::count);
        }
    }

    private boolean chance(int of, String style) {
        boolean chosen = random.nextInt(of) == 0;
        if (chosen) {
            styles.merge(style, 1, Integer::sum);
        }
        return chosen;
    }

    /** Returns a text without its line end, unless that counts. */
    private String end(String text) {
        boolean blockOpen = text.endsWith("\u0000");
        String plain = text.replace("\u0000", "");
        if (blockOpen) {
            return plain; // a literal at the end of the document, whose value has no line end
        }
        return plain.endsWith("\n") && chance(3, "no line end") ? plain.substring(0, plain.length() - 1) : plain;
    }

    /** Ends a line, without a tab after a dash, which the reference does not accept. */
    private void newLine(boolean dash) {
        if (chance(12, "comment")) {
            out.append(" # comment: [x");
        } else if (chance(12, "blanks")) {
            out.append("  ");
        } else if (!dash && chance(12, "tab")) {
            out.append("\t");
        }
        out.append('\n');
        if (chance(12, "empty line")) {
            out.append("\n");
        }
    }

    private void block(Object value, int indent) {
        if (value instanceof Map<?, ?> map) {
            int number = 0;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                number++;
                out.append(" ".repeat(indent))
                        .append(key((String) entry.getKey()))
                        .append(':');
                inBlock(entry.getValue(), indent, indent == 0 && number == map.size(), false);
            }
        } else {
            for (Object item : (Collection<?>) value) {
                out.append(" ".repeat(indent)).append('-');
                inBlock(item, indent, false, true);
            }
        }
    }

    /** Writes the value after a colon or a dash. */
    private void inBlock(Object value, int indent, boolean last, boolean dash) {
        if (alias(value)) {
            newLine(false);
            return;
        }
        boolean empty =
                (value instanceof Map<?, ?> map && map.isEmpty()) || (value instanceof List<?> list && list.isEmpty());
        if (!(value instanceof Map || value instanceof List)) {
            out.append(' ');
            scalar(value, indent, last);
        } else if (empty || chance(4, "brackets")) {
            out.append(' ');
            flow(value);
            newLine(false);
        } else {
            newLine(dash);
            boolean flush = !dash && value instanceof List && chance(3, "list at the column of its key");
            block(value, flush ? indent : indent + 1 + random.nextInt(4));
        }
    }

    /** Writes an alias if the value has been written, else an anchor for later ones. */
    private boolean alias(Object value) {
        if (!(value instanceof Map) || uses.getOrDefault(value, 0) < 2) {
            return false;
        }
        String known = anchors.get(value);
        if (known != null) {
            out.append(" *").append(known);
            styles.merge("alias", 1, Integer::sum);
            return true;
        }
        String anchor = "a" + anchors.size();
        anchors.put(value, anchor);
        out.append(" &").append(anchor);
        return false;
    }

    private void flow(Object value) {
        switch (value) {
            case Map<?, ?> map -> {
                out.append('{');
                List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
                for (int i = 0; i < entries.size(); i++) {
                    out.append(i == 0 ? "" : separator());
                    out.append(quoted((String) entries.get(i).getKey())).append(random.nextBoolean() ? ": " : ":");
                    inFlow(entries.get(i).getValue());
                }
                out.append('}');
            }
            case List<?> list -> {
                out.append('[');
                for (int i = 0; i < list.size(); i++) {
                    out.append(i == 0 ? "" : separator());
                    inFlow(list.get(i));
                }
                out.append(!list.isEmpty() && chance(4, "comma at the end") ? ",]" : "]");
            }
            default -> out.append(value instanceof String text ? quoted(text) : value.toString());
        }
    }

    private String separator() {
        return chance(4, "lines in brackets") ? ",\n\t      " : ", ";
    }

    private void inFlow(Object value) {
        if (!alias(value)) {
            boolean anchor =
                    out.charAt(out.length() - 1) != ' ' && uses.getOrDefault(value, 0) > 1 && value instanceof Map;
            out.append(anchor ? " " : "");
            flow(value);
        } else {
            out.append(' ');
        }
    }

    private String key(String key) {
        return chance(8, "quoted key") ? quoted(key) : key;
    }

    private void scalar(Object value, int indent, boolean last) {
        if (!(value instanceof String text)) {
            out.append(value);
            newLine(false);
            return;
        }
        boolean lines = text.matches("(?s)[a-zé☃].*") && !text.contains("\n\n");
        if (lines && !text.endsWith("\n") && chance(last ? 1 : 3, "literal")) {
            literal(text, indent, last);
        } else if (text.matches("[a-z]+ [a-z]+") && chance(2, "plain over lines")) {
            String gap = chance(2, "tab between lines")
                    ? "\n" + " ".repeat(indent + 1) + "\t"
                    : "\n" + " ".repeat(indent + 1);
            out.append(text.replace(" ", gap));
            newLine(false);
        } else if (text.matches("[a-z]+( [a-z]+)?") && chance(2, "plain")) {
            out.append(text);
            newLine(false);
        } else {
            out.append(quoted(text));
            newLine(false);
        }
    }

    /** Writes a block; at the end of a document it may lack a line end, and is then the text of its last line. */
    private void literal(String text, int indent, boolean last) {
        int given = 1 + random.nextInt(4);
        String inner = "\n" + " ".repeat(indent + given);
        boolean open = last && chance(2, "literal without a line end");
        boolean folded = !text.contains("\n") && chance(2, "folded");
        out.append(folded ? '>' : '|');
        if (!open) {
            out.append('-');
        } else if (chance(3, "keep")) {
            out.append('+');
        }
        out.append(chance(4, "comment at a block") ? "#comment" : "");
        out.append(inner).append(text.replace("\n", inner));
        out.append(open ? "\u0000" : "\n");
    }

    private String quoted(String text) {
        if (!text.contains("\n") && chance(2, "single quotes")) {
            String said = "'" + text.replace("'", "''") + "'";
            return text.matches("[a-z]+") && chance(6, "a tag that says nothing") ? "! " + said : said;
        }
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }
}
