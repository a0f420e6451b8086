package dev.atex.testingfarm.api;

import java.util.Map;
import java.util.Optional;

/** What the service knows its users by. Never part of a text: neither of {@link #toString} nor of a message. Immutable. */
public final class Token {
    /** The environment variable that has it, unless another one is named. */
    public static final String VARIABLE = "TESTING_FARM_API_TOKEN";

    private static final String NAME = "[A-Za-z_][A-Za-z0-9_]*";

    private final String secret;

    private Token(String secret) {
        this.secret = secret;
    }

    /** The one that this variable of an environment has, if there is one. */
    public static Optional<Token> of(Map<String, String> environment, String variable) {
        return Optional.ofNullable(environment.get(variable))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .map(Token::new);
    }

    /**
     * The name of a variable, as users give it.
     *
     * @throws IllegalArgumentException it cannot be one; the message does not repeat it, for it may be the token itself
     */
    public static String variable(String text) {
        if (!text.matches(NAME)) {
            throw new IllegalArgumentException(
                    "it must be the name of the environment variable that has the token, as " + VARIABLE
                            + "_REDHAT; what was given cannot be one, and is not shown: it may be a token. A token belongs into"
                            + " the environment only");
        }
        return text;
    }

    String authorization() {
        return "Bearer " + secret;
    }

    /** Whether it can be sent in a header at all. */
    boolean isPrintable() {
        return secret.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /** The text without the token, should a service have repeated it. */
    String removedFrom(String text) {
        return text.replace(secret, "(token)");
    }

    @Override
    public String toString() {
        return "(token)";
    }
}
