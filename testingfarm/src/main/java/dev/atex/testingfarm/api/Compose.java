package dev.atex.testingfarm.api;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * An operating system that a ranch offers.
 *
 * @param name its name, or a regular expression for names
 * @param isPattern whether it is one
 */
public record Compose(String name, boolean isPattern) {
    /** What the service says of one that is a regular expression. */
    static final String PATTERN = "regex";

    /** Whether this is what somebody means who asks for {@code wanted}; a pattern must match all of it. */
    public boolean matches(String wanted) {
        if (!isPattern) {
            return name.equals(wanted);
        }
        try {
            return Pattern.matches(name, wanted);
        } catch (PatternSyntaxException e) {
            return false; // of a dialect that is not ours
        }
    }
}
