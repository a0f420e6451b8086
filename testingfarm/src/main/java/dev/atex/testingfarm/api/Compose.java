package dev.atex.testingfarm.api;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * An operating system that a ranch offers.
 *
 * @param name its name, or a regular expression for names
 * @param isPattern whether it is a regular expression
 */
public record Compose(String name, boolean isPattern) {
    /** The type of composes that are regular expressions. */
    static final String PATTERN = "regex";

    /** Returns whether a request for {@code wanted} gets this compose; a pattern must match the whole name. */
    public boolean matches(String wanted) {
        if (!isPattern) {
            return name.equals(wanted);
        }
        try {
            return Pattern.matches(name, wanted);
        } catch (PatternSyntaxException e) {
            return false; // a dialect that Java does not know
        }
    }
}
