package dev.atex.testingfarm.api;

import dev.atex.testingfarm.http.Network;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the service is, who asks, and how it is reached. Immutable.
 *
 * @param url without the version of the API, as in {@code https://api.testing-farm.io}
 * @param variable the environment variable that has the token
 * @param token may be missing where requests are only read
 * @param network whom to trust, and over which proxies
 */
public record Endpoint(URI url, String variable, Optional<Token> token, Network network) {
    /** The environment variable that has another URL, with or without {@code /v0.1}. */
    public static final String VARIABLE = "TESTING_FARM_API_URL";

    private static final String USUAL = "https://api.testing-farm.io";

    /** Reached without more ado. */
    public Endpoint(URI url, Optional<Token> token) {
        this(url, Token.VARIABLE, token, Network.DIRECT);
    }

    /**
     * The one of an environment.
     *
     * @param url wins over the variable
     * @throws IllegalArgumentException what is there cannot be a URL, a token or a proxy; the message says why
     */
    public static Endpoint of(Map<String, String> environment, Optional<String> url) {
        return of(environment, url, Token.VARIABLE);
    }

    /** The same, where this variable of the environment has the token. */
    public static Endpoint of(Map<String, String> environment, Optional<String> url, String tokenVariable) {
        String variable = environment.getOrDefault(VARIABLE, "").strip();
        String text = url.map(String::strip).orElse(variable.isEmpty() ? USUAL : variable);
        Optional<Token> token = Token.of(environment, tokenVariable);
        if (token.isPresent() && !token.get().isPrintable()) {
            throw new IllegalArgumentException(tokenVariable + " has characters that no token has");
        }
        Network network = Network.of(environment);
        Endpoint endpoint = new Endpoint(parse(text), tokenVariable, token, network);
        network.proxies().of(endpoint.url()).flatMap(proxy -> proxy.problem()).ifPresent(why -> {
            throw new IllegalArgumentException(why);
        });
        return endpoint;
    }

    /** The same that trusts these certificates, too: a file or a directory with some in PEM. */
    public Endpoint trusting(Path authorities) {
        return new Endpoint(url, variable, token, network.trusting(authorities));
    }

    /** Official clients want the version in the URL, others not; what is stored is without. */
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
