package dev.atex.internal.json;

import java.math.BigDecimal;

/**
 * A JSON number that keeps its text: {@code 1.10} stays {@code 1.10}. Numbers with the same text are equal.
 *
 * @param text as in the document
 */
public record JsonNumber(String text) {

    /** Returns the exact value. */
    public BigDecimal value() {
        return new BigDecimal(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
