package dev.atex.executor.fmf.control;

import dev.atex.executor.Status;
import dev.atex.fmf.FmfException;
import dev.atex.fmf.Yaml;
import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonException;
import dev.atex.internal.json.JsonNumber;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonFactory;

/**
 * The results that a test with {@code result: custom} has written into a file, in the
 * <a href="https://tmt.readthedocs.io/en/stable/spec/results.html">format of tmt</a>. Tests write it, so nothing in it is
 * relied on: what is wrong is said in a note, and never an exception.
 *
 * @param entries in their order; one with an empty name is for the test itself
 * @param problem what is wrong with the file as a whole: then it does not tell how the test went
 */
record CustomResults(List<Entry> entries, Optional<String> problem) {
    /** A limit, because a small file can become large by aliases. */
    private static final int MAX_ENTRIES = 100_000;

    private static final int MAX_DEPTH = 20;
    private static final int MAX_TEXT = 10_000;

    /** Of all texts together, aliases followed. */
    private static final int MAX_CHARACTERS = 32 << 20;

    private static final int MAX_STEPS = 2_000_000;

    /**
     * One result.
     *
     * @param name of the subtest, without a leading slash; empty for the test itself
     * @param logs paths below the directory of the test's files, the main one first; as the test wrote them
     * @param main whether its status counts for the test: it is none of a check, or below another result
     */
    record Entry(String name, Status status, List<String> notes, List<String> logs, boolean main) {
        boolean isOwn() {
            return name.isEmpty();
        }

        Entry with(String note) {
            List<String> all = new ArrayList<>(notes);
            all.add(note);
            return new Entry(name, status, all, logs, main);
        }
    }

    /** The one for the test itself, if there is one. */
    Optional<Entry> own() {
        return entries.stream().filter(entry -> entry.isOwn() && entry.main()).findFirst();
    }

    /** Reads the text of a file that is called so; names that end in {@code .json} are JSON. */
    static CustomResults read(String file, byte[] bytes, JsonFactory json) {
        Object value;
        try {
            value = file.endsWith(".json") ? Json.parse(json, bytes, 0, bytes.length) : Yaml.read(text(bytes));
        } catch (JsonException e) {
            if (isBlank(bytes)) {
                return none();
            }
            String why = String.valueOf(e.getMessage());
            int place = why.startsWith("line ") ? why.indexOf(": ") : -1;
            return place < 0
                    ? unreadable(file, why)
                    : unreadable(file + ", " + why.substring(0, place), why.substring(place + 2));
        } catch (FmfException e) {
            String place = e.location()
                    .map(where -> ", line " + where.line() + ", column " + where.column())
                    .orElse("");
            return unreadable(file + place, sentence(String.valueOf(e.getMessage())));
        } catch (CharacterCodingException e) {
            return unreadable(file, "it is not UTF-8");
        }
        return new Reader(file).read(value);
    }

    private static String text(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }

    private static boolean isBlank(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1).isBlank();
    }

    private static CustomResults none() {
        return new CustomResults(List.of(), Optional.of("no custom results were provided"));
    }

    /** Without the places, which are those of a text without a name. */
    private static String sentence(String message) {
        return message.lines()
                .filter(line ->
                        !line.startsWith("Failed to parse") && !line.strip().startsWith("in \"<"))
                .map(String::strip)
                .collect(Collectors.joining(", "));
    }

    private static CustomResults unreadable(String place, String why) {
        return new CustomResults(List.of(), Optional.of(place + ": " + ControlErrors.shown(why.replace('\n', ' '))));
    }

    /** Goes through the values of one file. */
    private static final class Reader {
        private final String file;
        private final List<Entry> entries = new ArrayList<>();
        private Optional<String> problem = Optional.empty();
        private int steps;
        private long characters;

        Reader(String file) {
            this.file = file;
        }

        CustomResults read(@Nullable Object value) {
            if (value == null || (value instanceof List<?> list && list.isEmpty())) {
                return none();
            }
            if (value instanceof List<?> list) {
                results("", list, 0);
            } else {
                wrong("expected a list of results, not " + kind(value));
            }
            return new CustomResults(List.copyOf(entries), problem);
        }

        /** The first one is told. */
        private void wrong(String what) {
            if (problem.isEmpty()) {
                problem = Optional.of(file + ": " + what);
            }
        }

        /** Counts a step. Aliases make much of a short text, even something without an end. */
        private boolean isTooMuch() {
            boolean over = ++steps > MAX_STEPS || entries.size() >= MAX_ENTRIES || characters > MAX_CHARACTERS;
            if (over) {
                wrong("more than " + MAX_ENTRIES + " results, or too long ones");
            }
            return over;
        }

        private void results(String parent, List<?> list, int depth) {
            if (depth > MAX_DEPTH) {
                wrong("results are nested more than " + MAX_DEPTH + " deep");
                return;
            }
            int number = 0;
            for (Object item : list) {
                number++;
                if (isTooMuch()) {
                    return;
                }
                String place =
                        "result " + number + (parent.isEmpty() ? "" : " of '" + ControlErrors.shown(parent) + "'");
                if (item instanceof Map<?, ?> map) {
                    result(parent, map, place, depth);
                } else {
                    wrong(place + " is not a mapping, but " + kind(item));
                }
            }
        }

        private void result(String parent, Map<?, ?> map, String place, int depth) {
            if (!(map.get("name") instanceof String written) || written.isEmpty()) {
                wrong(place + " has no 'name', or it is no string");
                return;
            }
            List<String> notes = new ArrayList<>();
            if (depth == 0 && !written.startsWith("/")) {
                notes.add("custom test result name should start with '/'");
            }
            String stripped = stripped(written);
            String name = parent.isEmpty() || stripped.isEmpty() ? parent + stripped : parent + "/" + stripped;
            if (map.get("result") == null) {
                wrong(place + ", '" + ControlErrors.shown(written) + "', has no 'result'");
            }
            Status status = status(map.get("result"), notes);
            notes.addAll(texts(map.get("note")));
            entries.add(new Entry(name, status, notes, texts(map.get("log")), depth == 0));
            characters += name.length();
            switch (map.get("subresult")) {
                case null -> {}
                case List<?> below -> results(name, below, depth + 1);
                case Object other -> wrong(place + ": 'subresult' is no list, but " + kind(other));
            }
            switch (map.get("check")) {
                case null -> {}
                case List<?> checks -> checks(name, checks);
                case Object other -> wrong(place + ": 'check' is no list, but " + kind(other));
            }
        }

        private void checks(String parent, List<?> checks) {
            for (Object item : checks) {
                if (isTooMuch()) {
                    return;
                }
                Object how = item instanceof Map<?, ?> map
                        ? (map.get("how") == null ? map.get("name") : map.get("how"))
                        : null;
                if (item instanceof Map<?, ?> map
                        && how instanceof String word
                        && !stripped(word).isEmpty()) {
                    List<String> notes = new ArrayList<>();
                    Status status = status(map.get("result"), notes);
                    if (map.get("event") instanceof String event) {
                        notes.add(cut(event));
                    }
                    notes.addAll(texts(map.get("note")));
                    String name = (parent.isEmpty() ? "" : parent + "/") + "check/" + stripped(word);
                    entries.add(new Entry(name, status, notes, texts(map.get("log")), false));
                } else {
                    wrong("a check of '" + ControlErrors.shown(parent) + "' has no 'how'");
                }
            }
        }

        private static String stripped(String name) {
            return cut(name).replaceAll("^/+|/+$", "");
        }

        private static Status status(@Nullable Object value, List<String> notes) {
            String word = value instanceof String text ? text : value == null ? "" : kind(value);
            Optional<Status> known = TmtStatus.of(word);
            if (known.isEmpty()) {
                notes.add(word.isEmpty() ? "no result" : "unknown result '" + ControlErrors.shown(word) + "'");
            }
            return known.orElse(Status.ERROR);
        }

        /** One text, or a list of such; what is no text, no number and no truth value is passed over. */
        private List<String> texts(@Nullable Object value) {
            List<String> texts = new ArrayList<>();
            List<?> items = value instanceof List<?> list ? list : value == null ? List.of() : List.of(value);
            for (Object item : items) {
                if (isTooMuch()) {
                    break;
                }
                if (item instanceof String
                        || item instanceof Number
                        || item instanceof Boolean
                        || item instanceof JsonNumber) {
                    String text = cut(item instanceof JsonNumber(String digits) ? digits : String.valueOf(item));
                    characters += text.length();
                    texts.add(text);
                }
            }
            return texts;
        }

        private static String cut(String text) {
            return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
        }

        private static String kind(@Nullable Object value) {
            return switch (value) {
                case null -> "nothing";
                case Map<?, ?> _ -> "a mapping";
                case List<?> _ -> "a list";
                case Collection<?> _ -> "a set";
                default -> "'" + ControlErrors.shown(String.valueOf(value)) + "'";
            };
        }
    }
}
