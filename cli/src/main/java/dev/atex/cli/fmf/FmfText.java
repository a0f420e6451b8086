package dev.atex.cli.fmf;

import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.view.Printable;
import dev.atex.fmf.Node;
import dev.atex.fmf.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Formats objects as text: the name, and a line for each key, sorted, with an empty line between objects. */
final class FmfText {
    private static final String NAME = "\u001b[31m";
    private static final String KEY = "\u001b[32m";
    private static final String PLAIN = "\u001b[0m";

    private FmfText() {}

    static String of(List<Node> nodes, Terminal terminal) throws UsageException {
        StringBuilder text = new StringBuilder();
        String separator = "";
        for (Node node : nodes) {
            text.append(separator).append(colored(NAME, node.name(), terminal)).append('\n');
            separator = "\n";
            List<String> keys = new ArrayList<>(node.data().keySet());
            keys.sort(null);
            for (String key : keys) {
                text.append(colored(KEY, key, terminal)).append(':');
                String value = value(node, key);
                text.append(terminal.interactive() ? Printable.lines(value) : value)
                        .append('\n');
            }
        }
        return text.toString();
    }

    private static String colored(String color, String word, Terminal terminal) {
        String shown = terminal.shown(word);
        return terminal.colors() ? color + shown + PLAIN : shown;
    }

    /** Returns a value as text, with the blank or line end before it. */
    private static String value(Node node, String key) throws UsageException {
        Object value = node.get(key);
        try {
            return switch (value) {
                case List<?> list when isWords(list) -> " " + listed(list);
                case List<?> list when !list.isEmpty() -> "\n" + indented(Yaml.write(list));
                case Map<?, ?> map when !map.isEmpty() -> "\n" + indented(Yaml.write(map));
                case String text -> " " + text.stripTrailing();
                case null, default -> " " + Yaml.text(value);
            };
        } catch (IllegalArgumentException e) {
            throw new UsageException("'" + key + "' of " + node.name() + " cannot be shown: " + e.getMessage(), e);
        }
    }

    private static boolean isWords(List<?> list) {
        return !list.isEmpty() && list.stream().allMatch(item -> item instanceof String text && !text.contains("\n"));
    }

    private static String listed(List<? extends @Nullable Object> words) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words.size(); i++) {
            text.append(i == 0 ? "" : i + 1 < words.size() ? ", " : " and ").append(words.get(i));
        }
        return text.toString();
    }

    private static String indented(String yaml) {
        return "  " + yaml.stripTrailing().replace("\n", "\n  ");
    }
}
