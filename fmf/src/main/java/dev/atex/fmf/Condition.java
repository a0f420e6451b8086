package dev.atex.fmf;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A condition. */
public final class Condition {
    private Condition() {}

    /** Parses. */
    public static Condition of(String expression) {
        return new Condition();
    }

    /** Decides. */
    @SuppressWarnings("DoNotCallSuggester")
    public boolean holds(Map<String, ? extends @Nullable Object> data) throws FmfException {
        throw new InvalidValueException("NotImplementedError", "conditions are not there yet");
    }
}
