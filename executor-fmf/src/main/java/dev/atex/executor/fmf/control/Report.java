package dev.atex.executor.fmf.control;

import dev.atex.executor.ArtifactFiles;
import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonException;
import dev.atex.internal.json.JsonNumber;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON of a {@code result}, read and checked.
 *
 * @param name the subtest; null for the test itself
 * @param partial whether more is to come
 * @param uploads the files whose data follows, in this order
 * @param data all of the object but {@code partial} and a null {@code name}. {@code files}, if there, is an empty list
 *     that keeps the place, or null
 */
record Report(@Nullable String name, boolean partial, List<Upload> uploads, Map<String, @Nullable Object> data) {

    /** A file whose data follows. */
    record Upload(String file, long length) {}

    /** Names in stored results are sorted by code point. */
    static final Comparator<String> BY_CODE_POINT = (a, b) -> {
        for (int i = 0; i < Math.min(a.length(), b.length()); i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean both = Character.isSurrogate(x) == Character.isSurrogate(y);
                return both ? Character.compare(x, y) : Character.isSurrogate(x) ? 1 : -1;
            }
        }
        return Integer.compare(a.length(), b.length());
    };

    static Report parse(JsonFactory factory, byte[] json, int offset, int length) throws TestAbortedException {
        Object value;
        try {
            value = Json.parse(factory, json, offset, length);
        } catch (JsonException e) {
            throw ControlErrors.report("bad JSON: " + ControlErrors.shown(String.valueOf(e.getMessage())));
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw ControlErrors.report("not a JSON object");
        }
        return check(ResultMerge.asObject(map));
    }

    private static Report check(Map<String, @Nullable Object> data) throws TestAbortedException {
        String name = optionalString(data, "name");
        if (name == null) {
            data.remove("name");
        }
        boolean partial = switch (data.remove("partial")) {
            case null -> false;
            case Boolean b -> b;
            default -> throw ControlErrors.report("'partial' is neither true nor false");
        };
        String testout = optionalString(data, "testout");
        if (testout != null) {
            fileName("testout", testout);
        }
        List<Upload> uploads = List.of();
        if (data.get("files") instanceof List<?> files) {
            uploads = uploads(files);
            data.put("files", new ArrayList<>());
        } else if (data.get("files") != null) {
            throw ControlErrors.report("'files' is not an array");
        }
        return new Report(name, partial, uploads, data);
    }

    private static @Nullable String optionalString(Map<String, @Nullable Object> data, String key)
            throws TestAbortedException {
        return switch (data.get(key)) {
            case null -> null;
            case String s when !s.isEmpty() -> s;
            case String _ -> throw ControlErrors.report("'" + key + "' specified, but empty");
            default -> throw ControlErrors.report("'" + key + "' is not a string");
        };
    }

    private static List<Upload> uploads(List<?> files) throws TestAbortedException {
        List<Upload> uploads = new ArrayList<>(files.size());
        for (Object entry : files) {
            if (!(entry instanceof Map<?, ?> file)) {
                throw ControlErrors.report("an entry of 'files' is not an object");
            }
            if (!(file.get("name") instanceof String name)) {
                throw ControlErrors.report("an entry of 'files' has no 'name', or it is not a string");
            }
            fileName("name", name);
            if (!(file.get("length") instanceof JsonNumber(String length)) || !isNatural(length)) {
                throw ControlErrors.report(
                        "'length' of file '" + ControlErrors.shown(name) + "' is missing or not a natural number");
            }
            uploads.add(new Upload(name, Long.parseLong(length)));
        }
        return uploads;
    }

    private static void fileName(String key, String name) throws TestAbortedException {
        if (name.startsWith("/")) {
            throw ControlErrors.report("'" + key + "' of a file starts with '/': '" + ControlErrors.shown(name) + "'");
        }
        if (!ArtifactFiles.isFileName(name)) {
            throw ControlErrors.report("'" + key + "' names no file: '" + ControlErrors.shown(name) + "'");
        }
    }

    /** Digits without sign, fraction, exponent or leading zeros, small enough for a long. */
    static boolean isNatural(String text) {
        return text.length() <= 18 && text.matches("0|[1-9][0-9]*");
    }

    SortedSet<String> fileNames() {
        SortedSet<String> names = new TreeSet<>(BY_CODE_POINT);
        for (Upload upload : uploads) {
            names.add(upload.file());
        }
        return names;
    }
}
