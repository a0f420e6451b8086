package dev.atex.testingfarm.api;

import java.util.Map;
import java.util.Optional;

/** What the service knows its users by. Never part of a text: neither of {@link #toString} nor of a message. Immutable. */
public final class Token {
    /** The environment variable that has it. */
    public static final String VARIABLE = "TESTING_FARM_API_TOKEN";

    private final String secret;

    private Token(String secret) {
        this.secret = secret;
    }

    /** The one of this environment, if there is one. */
    public static Optional<Token> of(Map<String, String> environment) {
        return Optional.ofNullable(environment.get(VARIABLE))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .map(Token::new);
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
