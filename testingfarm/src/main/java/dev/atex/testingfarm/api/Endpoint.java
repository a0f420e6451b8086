package dev.atex.testingfarm.api;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * Where the service is, and who asks. Immutable.
 *
 * @param url without a path, as in {@code https://api.testing-farm.io}
 * @param token missing only where {@link TestingFarm#about} is all that is asked
 */
public record Endpoint(URI url, Optional<Token> token) {
    /** The environment variable that has another URL. */
    public static final String VARIABLE = "TESTING_FARM_API_URL";

    private static final String USUAL = "https://api.testing-farm.io";

    /**
     * The one of an environment.
     *
     * @param url wins over the variable
     * @throws IllegalArgumentException what is there cannot be a URL or a token; the message says why
     */
    public static Endpoint of(Map<String, String> environment, Optional<String> url) {
        String variable = environment.getOrDefault(VARIABLE, "").strip();
        String text = url.orElse(variable.isEmpty() ? USUAL : variable);
        Optional<Token> token = Token.of(environment);
        if (token.isPresent() && !token.get().isPrintable()) {
            throw new IllegalArgumentException(Token.VARIABLE + " has characters that no token has");
        }
        return new Endpoint(parse(text.replaceFirst("/+$", "")), token);
    }

    private static URI parse(String text) {
        try {
            URI uri = URI.create(text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http && uri.getHost() != null && uri.getQuery() == null && uri.getUserInfo() == null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(wrong(text), e);
        }
        throw new IllegalArgumentException(wrong(text));
    }

    private static String wrong(String text) {
        return "the URL of Testing Farm must be like " + USUAL + ", not '" + text + "'";
    }

    URI path(String path) {
        return URI.create(url + path);
    }
}
