package dev.atex.testingfarm.api;

import java.util.Map;
import java.util.Optional;

/** The token of a user. Never part of a text, neither of {@link #toString} nor of a message. Immutable. */
public final class Token {
    /** The default environment variable with the token. */
    public static final String VARIABLE = "TESTING_FARM_API_TOKEN";

    private static final String NAME = "[A-Za-z_][A-Za-z0-9_]*";

    private final String secret;

    private Token(String secret) {
        this.secret = secret;
    }

    /** Returns the token in this variable of an environment, if there is one. */
    public static Optional<Token> of(Map<String, String> environment, String variable) {
        return Optional.ofNullable(environment.get(variable))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .map(Token::new);
    }

    /**
     * Checks the name of a variable.
     *
     * @throws IllegalArgumentException if it is not a valid name; the message does not repeat it, as it may be the token itself
     */
    public static String variable(String text) {
        if (!text.matches(NAME)) {
            throw new IllegalArgumentException(
                    "it must be the name of the environment variable with the token, like " + VARIABLE
                            + "_REDHAT; the value is not a valid name, and is not shown as it may be a token. A token belongs in"
                            + " the environment only");
        }
        return text;
    }

    String authorization() {
        return "Bearer " + secret;
    }

    /** Returns whether it can be sent in a header. */
    boolean isPrintable() {
        return secret.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /** Returns a text without the token, as a service may repeat it. */
    String removedFrom(String text) {
        return text.replace(secret, "(token)");
    }

    @Override
    public String toString() {
        return "(token)";
    }
}
