package dev.atex.internal.json;

import org.jspecify.annotations.Nullable;

/** A text is not JSON, or not the expected JSON. */
public class JsonException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Creates an exception whose message says what is wrong. */
    public JsonException(@Nullable String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Returns the message for a text that is one line of a file, without the line's number. */
    public String messageInLine() {
        return String.valueOf(getMessage()).replaceFirst("^line 1, ", "");
    }
}
