package dev.atex.internal.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A fast reader for the JSON objects of nearly all results: ASCII without escapes, and values no deeper than an array of
 * strings. It leaves everything else, including malformed text, to {@link Json#parse}. In a cold JVM it reads and writes
 * such an object several times as fast.
 *
 * <p>It also writes the object, in the given style, into its own buffer, {@link #text}, which contains the values. One
 * instance reads many objects, one after another. Not thread-safe.
 */
public final class FlatObject {
    private static final int MAX_KEYS = 16;

    private final JsonBytes out;
    private final int[] keyStart = new int[MAX_KEYS];
    private final int[] keyEnd = new int[MAX_KEYS];
    private final int[] valueStart = new int[MAX_KEYS];
    private final int[] valueEnd = new int[MAX_KEYS];
    private int count;

    private byte[] in = new byte[0];
    private int at;
    private int end;

    /** Creates a reader that writes in this style. */
    public FlatObject(JsonBytes.Style style) {
        out = new JsonBytes(style);
    }

    /**
     * Reads the one object in this part of an array.
     *
     * @return false if it is not such an object, or not JSON; then the other methods must not be called
     */
    public boolean read(byte[] bytes, int offset, int length) {
        in = bytes;
        at = offset;
        end = offset + length;
        out.truncate(0);
        count = 0;
        boolean whole = object();
        in = out.array();
        return whole;
    }

    /** Returns the object's text. */
    public JsonBytes text() {
        return out;
    }

    /** Returns the index of a key, or -1. */
    public int find(String key) {
        for (int i = 0; i < count; i++) {
            if (keyEnd[i] - keyStart[i] == key.length() && matches(keyStart[i], key)) {
                return i;
            }
        }
        return -1;
    }

    /** Returns whether the value at an index is a string. */
    public boolean isString(int index) {
        return in[valueStart[index]] == '"';
    }

    /** Returns whether the value at an index is an array, which contains only strings. */
    public boolean isArray(int index) {
        return in[valueStart[index]] == '[';
    }

    /** Returns whether the value at an index is null. */
    public boolean isNull(int index) {
        return in[valueStart[index]] == 'n';
    }

    /** Returns whether the value at an index is this string, which is ASCII without quotes, backslashes and controls. */
    public boolean is(int index, String value) {
        return isString(index)
                && valueEnd[index] - valueStart[index] == value.length() + 2
                && matches(valueStart[index] + 1, value);
    }

    /** Returns the string at an index; null if the value is not a string. */
    public @Nullable String string(int index) {
        return isString(index) ? ascii(valueStart[index] + 1, valueEnd[index] - 1) : null;
    }

    /** Returns the first string of the array at an index; null if the value is not an array, or empty. */
    public @Nullable String firstOf(int index) {
        int start = valueStart[index] + 2;
        if (!isArray(index) || in[start - 1] == ']') {
            return null;
        }
        int stop = start;
        while (in[stop] != '"') {
            stop++;
        }
        return ascii(start, stop);
    }

    /** Appends the text of the value at an index. */
    public void appendValue(int index, JsonBytes to) {
        to.raw(in, valueStart[index], valueEnd[index] - valueStart[index]);
    }

    private String ascii(int from, int to) {
        return new String(in, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private boolean matches(int start, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (in[start + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean object() {
        if (next() != '{') {
            return false;
        }
        out.raw('{');
        int c = next();
        if (c == '}') {
            out.raw('}');
            return next() < 0;
        }
        while (c == '"' && count < MAX_KEYS) {
            keyStart[count] = out.size() + 1;
            if (!string()) {
                return false;
            }
            keyEnd[count] = out.size() - 1;
            if (isDuplicate() || next() != ':') {
                return false;
            }
            out.colon();
            valueStart[count] = out.size();
            if (!value(next())) {
                return false;
            }
            valueEnd[count++] = out.size();
            c = next();
            if (c == '}') {
                out.raw('}');
                return next() < 0;
            }
            if (c != ',') {
                return false;
            }
            out.comma();
            c = next();
        }
        return false;
    }

    private boolean isDuplicate() {
        byte[] text = out.array();
        int length = keyEnd[count] - keyStart[count];
        for (int i = 0; i < count; i++) {
            if (keyEnd[i] - keyStart[i] == length
                    && Arrays.equals(text, keyStart[i], keyEnd[i], text, keyStart[count], keyEnd[count])) {
                return true;
            }
        }
        return false;
    }

    /** Returns the next character that is not white space, or -1 at the end. */
    private int next() {
        while (at < end) {
            byte c = in[at++];
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                return c & 0xff;
            }
        }
        return -1;
    }

    private boolean value(int first) {
        return switch (first) {
            case '"' -> string();
            case '[' -> strings();
            case 't' -> literal("true");
            case 'f' -> literal("false");
            case 'n' -> literal("null");
            default -> integer(first);
        };
    }

    private boolean strings() {
        out.raw('[');
        int c = next();
        if (c != ']') {
            while (c == '"' && string()) {
                c = next();
                if (c != ',') {
                    break;
                }
                out.comma();
                c = next() == '"' ? '"' : -1;
            }
        }
        out.raw(']');
        return c == ']';
    }

    private boolean literal(String text) {
        int start = at - 1;
        at = start + text.length();
        if (at > end || !matches(start, text)) {
            return false;
        }
        out.raw(in, start, text.length());
        return true;
    }

    /** Reads natural numbers of at most 18 digits; other numbers are rare. */
    private boolean integer(int first) {
        int start = at - 1;
        if (first < '0' || first > '9') {
            return false;
        }
        while (at < end && in[at] >= '0' && in[at] <= '9') {
            at++;
        }
        int length = at - start;
        if (length > 18 || (first == '0' && length > 1)) {
            return false;
        }
        out.raw(in, start, length);
        return at < end && in[at] != '.' && in[at] != 'e' && in[at] != 'E';
    }

    /** Reads a string from after the opening quote to after the closing one. */
    private boolean string() {
        int start = at - 1;
        int i = at;
        while (i < end) {
            byte c = in[i++];
            if (c == '"') {
                at = i;
                out.raw(in, start, i - start);
                return true;
            }
            if (c < 0x20 || c == '\\'
                    || c == 0x7f) { // also the bytes of other than ASCII characters: they are negative
                return false;
            }
        }
        return false;
    }
}
