package dev.atex.internal.json;

import org.jspecify.annotations.Nullable;

/** Text that is not JSON, or not the JSON that is needed. */
public class JsonException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The message says what is wrong. */
    public JsonException(@Nullable String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The message for text that is one line of many, whose number is said already. */
    public String messageInLine() {
        return String.valueOf(getMessage()).replaceFirst("^line 1, ", "");
    }
}
