package dev.atex.testingfarm.api;

import dev.atex.testingfarm.http.Network;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * URL, token and network settings of the service. Immutable.
 *
 * @param url without the version of the API, as in {@code https://api.testing-farm.io}
 * @param variable the environment variable with the token
 * @param token may be empty for public reads
 * @param network trusted authorities and proxies
 */
public record Endpoint(URI url, String variable, Optional<Token> token, Network network) {
    /** The environment variable with another URL, with or without {@code /v0.1}. */
    public static final String VARIABLE = "TESTING_FARM_API_URL";

    private static final String USUAL = "https://api.testing-farm.io";

    /** Creates an endpoint with the default network. */
    public Endpoint(URI url, Optional<Token> token) {
        this(url, Token.VARIABLE, token, Network.DIRECT);
    }

    /**
     * Reads the endpoint from environment variables.
     *
     * @param url overrides the variable
     * @throws IllegalArgumentException if a value is not a valid URL, token or proxy; the message has the reason
     */
    public static Endpoint of(Map<String, String> environment, Optional<String> url) {
        return of(environment, url, Token.VARIABLE);
    }

    /** Reads the endpoint with the token in another variable. */
    public static Endpoint of(Map<String, String> environment, Optional<String> url, String tokenVariable) {
        String variable = environment.getOrDefault(VARIABLE, "").strip();
        String text = url.map(String::strip).orElse(variable.isEmpty() ? USUAL : variable);
        Optional<Token> token = Token.of(environment, tokenVariable);
        if (token.isPresent() && !token.get().isPrintable()) {
            throw new IllegalArgumentException(tokenVariable + " has characters that are not allowed in a token");
        }
        Network network = Network.of(environment);
        Endpoint endpoint = new Endpoint(parse(text), tokenVariable, token, network);
        network.proxies().of(endpoint.url()).flatMap(proxy -> proxy.problem()).ifPresent(why -> {
            throw new IllegalArgumentException(why);
        });
        return endpoint;
    }

    /** Returns a copy that also trusts certificates in PEM: a file or a directory. */
    public Endpoint trusting(Path authorities) {
        return new Endpoint(url, variable, token, network.trusting(authorities));
    }

    /** Removes the version from the URL, which official clients require. */
    private static URI parse(String text) {
        try {
            URI uri = URI.create(text.replaceFirst("/+$", "")
                    .replaceFirst("/+v0\\.[0-9]+$", "")
                    .replaceFirst("/+$", ""));
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http
                    && uri.getHost() != null
                    && uri.getQuery() == null
                    && uri.getFragment() == null
                    && uri.getUserInfo() == null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(wrong(text), e);
        }
        throw new IllegalArgumentException(wrong(text));
    }

    private static String wrong(String text) {
        return "the URL of Testing Farm must be like " + USUAL + ", not '"
                + text.replaceFirst("//[^/]*@", "//(password)@") + "'";
    }

    URI path(String path) {
        return URI.create(url + path);
    }
}
