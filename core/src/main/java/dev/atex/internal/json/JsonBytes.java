package dev.atex.internal.json;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Builds JSON text as bytes, in a buffer that grows and can be reused. Values are those of {@link Json}. Not thread-safe.
 *
 * <p>It exists besides {@link Json#write} for two reasons: Jackson's generator cannot write in the style of Python, and a
 * string with half a surrogate pair, which tests do report, becomes an escape instead of an error or a replacement.
 */
public final class JsonBytes {

    /** The style of the text; the values are the same. */
    public enum Style {
        /** UTF-8, no white space, numbers with their original text. */
        COMPACT,
        /**
         * As Python's {@code json.dumps} writes what {@code json.loads} read: ASCII, {@code ", "} and {@code ": "},
         * fractions as Python's {@code repr} prints them.
         */
        PYTHON
    }

    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    private final Style style;
    private byte[] bytes = new byte[512];
    private int size;

    /** Creates an empty text. */
    public JsonBytes(Style style) {
        this.style = style;
    }

    /** Returns the number of bytes. */
    public int size() {
        return size;
    }

    /** Returns the size of the buffer. */
    public int capacity() {
        return bytes.length;
    }

    /** Removes everything after the first {@code length} bytes. */
    public void truncate(int length) {
        if (length > size) {
            throw new IllegalArgumentException("cannot cut " + size + " bytes to " + length);
        }
        size = length;
    }

    /** Writes all bytes to a stream, and keeps them. */
    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, size);
    }

    /** Returns a view of the bytes, valid until the next change. */
    public ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    /** Returns a copy of the bytes. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    /** Appends all bytes to another text. */
    public void appendTo(JsonBytes other) {
        other.raw(bytes, 0, size);
    }

    /** Appends one ASCII character unchanged: punctuation, or a newline. */
    public JsonBytes raw(char ascii) {
        room(1);
        bytes[size++] = (byte) ascii;
        return this;
    }

    /** Appends ASCII text unchanged. */
    @SuppressWarnings("deprecation") // deprecated because of other than ASCII text; no other method copies as fast
    public JsonBytes raw(String ascii) {
        int length = ascii.length();
        room(length);
        ascii.getBytes(0, length, bytes, size);
        size += length;
        return this;
    }

    /** Appends a whole number. */
    public JsonBytes number(long value) {
        if (value < 0) {
            return raw(Long.toString(value));
        }
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        return padded(value, digits);
    }

    /** Appends the last {@code digits} decimal digits of a number that is not negative, with zeros before it. */
    public JsonBytes padded(long value, int digits) {
        room(digits);
        size += digits;
        long rest = value;
        for (int i = size - 1; i >= size - digits; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return this;
    }

    /** Appends JSON text that has the style of this buffer. */
    public JsonBytes raw(byte[] text, int offset, int length) {
        room(length);
        System.arraycopy(text, offset, bytes, size, length);
        size += length;
        return this;
    }

    /** Returns the buffer itself, which is longer than {@link #size()}; another array after a change. */
    byte[] array() {
        return bytes;
    }

    /** Appends the separator of elements. */
    public JsonBytes comma() {
        return style == Style.PYTHON ? raw(", ") : raw(',');
    }

    /** Appends the separator of key and value. */
    public JsonBytes colon() {
        return style == Style.PYTHON ? raw(": ") : raw(':');
    }

    /**
     * Appends a value.
     *
     * @throws IllegalArgumentException if it is not one of the types of {@link Json}
     */
    public JsonBytes value(@Nullable Object value) {
        switch (value) {
            case null -> raw("null");
            case String s -> string(s);
            case JsonNumber n -> raw(style == Style.PYTHON ? PythonNumber.repr(n.text()) : n.text());
            case Boolean b -> raw(b.toString());
            case Integer i -> number(i);
            case Long l -> number(l);
            case Map<?, ?> map -> object(map);
            case Iterable<?> items -> array(items);
            default -> throw new IllegalArgumentException("not a JSON value: " + value.getClass());
        }
        return this;
    }

    private void object(Map<?, ?> map) {
        raw('{');
        boolean first = true;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!first) {
                comma();
            }
            first = false;
            string((String) entry.getKey());
            colon();
            value(entry.getValue());
        }
        raw('}');
    }

    private void array(Iterable<?> items) {
        raw('[');
        boolean first = true;
        for (Object item : items) {
            if (!first) {
                comma();
            }
            first = false;
            value(item);
        }
        raw(']');
    }

    /** Appends a string with its quotes. */
    public JsonBytes string(String text) {
        int length = text.length();
        room(length + 2);
        bytes[size++] = '"';
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
                if (size == bytes.length) {
                    room(length - i + 1);
                }
                bytes[size++] = (byte) c;
            } else if (c < 0x80) {
                escapeAscii(c);
            } else if (style == Style.COMPACT && Character.isHighSurrogate(c) && startsPair(text, i)) {
                fourBytes(Character.toCodePoint(c, text.charAt(++i)));
            } else if (style == Style.PYTHON || Character.isSurrogate(c)) {
                escapeHex(c);
            } else {
                twoOrThreeBytes(c);
            }
        }
        return raw('"');
    }

    private static boolean startsPair(String text, int i) {
        return i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1));
    }

    private void escapeAscii(char c) {
        switch (c) {
            case '"', '\\' -> raw('\\').raw(c);
            case '\b' -> raw("\\b");
            case '\f' -> raw("\\f");
            case '\n' -> raw("\\n");
            case '\r' -> raw("\\r");
            case '\t' -> raw("\\t");
            case 0x7f -> del();
            default -> escapeHex(c);
        }
    }

    /** Python also escapes DEL, which JSON does not require. */
    private void del() {
        if (style == Style.PYTHON) {
            escapeHex((char) 0x7f);
        } else {
            raw((char) 0x7f);
        }
    }

    private void escapeHex(char c) {
        room(6);
        bytes[size++] = '\\';
        bytes[size++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            bytes[size++] = HEX[(c >> shift) & 0xf];
        }
    }

    private void twoOrThreeBytes(char c) {
        room(3);
        if (c < 0x800) {
            bytes[size++] = (byte) (0xc0 | (c >> 6));
        } else {
            bytes[size++] = (byte) (0xe0 | (c >> 12));
            bytes[size++] = (byte) (0x80 | ((c >> 6) & 0x3f));
        }
        bytes[size++] = (byte) (0x80 | (c & 0x3f));
    }

    private void fourBytes(int codePoint) {
        room(4);
        bytes[size++] = (byte) (0xf0 | (codePoint >> 18));
        bytes[size++] = (byte) (0x80 | ((codePoint >> 12) & 0x3f));
        bytes[size++] = (byte) (0x80 | ((codePoint >> 6) & 0x3f));
        bytes[size++] = (byte) (0x80 | (codePoint & 0x3f));
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), bytes.length + (bytes.length >> 1)));
        }
    }
}
