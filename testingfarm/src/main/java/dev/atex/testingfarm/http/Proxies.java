package dev.atex.testingfarm.http;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The proxies from {@code https_proxy}, {@code http_proxy}, {@code all_proxy} and {@code no_proxy}, each also in upper case.
 * Immutable.
 *
 * @param http the proxy for {@code http://}
 * @param https the proxy for {@code https://}
 * @param except the hosts without a proxy
 */
public record Proxies(Optional<Via> http, Optional<Via> https, NoProxy except) {
    /** No proxy. */
    public static final Proxies NONE = new Proxies(Optional.empty(), Optional.empty(), NoProxy.NOTHING);

    /**
     * One proxy.
     *
     * @param name its URL without the password, for messages
     * @param host its host
     * @param port its port
     * @param authorization the value of the header with user and password
     * @param problem the reason why it cannot be used
     */
    public record Via(String name, String host, int port, Optional<String> authorization, Optional<String> problem) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Proxies of(Map<String, String> environment) {
        // for a CGI program, HTTP_PROXY is the header Proxy of its caller
        boolean ofCaller = environment.containsKey("REQUEST_METHOD");
        Optional<Via> all = via(environment, "all_proxy", "ALL_PROXY");
        Optional<Via> http = via(environment, "http_proxy", ofCaller ? "http_proxy" : "HTTP_PROXY");
        Optional<Via> https = via(environment, "https_proxy", "HTTPS_PROXY");
        return new Proxies(
                http.or(() -> all),
                https.or(() -> all),
                NoProxy.of(value(environment, "no_proxy", "NO_PROXY").orElse("")));
    }

    private static Optional<String> value(Map<String, String> environment, String small, String capital) {
        String value = environment.getOrDefault(small, environment.getOrDefault(capital, ""));
        return Optional.of(value.strip()).filter(text -> !text.isEmpty());
    }

    private static Optional<Via> via(Map<String, String> environment, String small, String capital) {
        return value(environment, small, capital).map(text -> via(small, text));
    }

    private static Via via(String variable, String text) {
        URI uri;
        try {
            uri = URI.create(text.contains("://") ? text : "http://" + text);
        } catch (IllegalArgumentException e) {
            return new Via(variable, "invalid", 1, Optional.empty(), Optional.of(variable + " is not a URL"));
        }
        String host = uri.getHost();
        if (host == null) {
            return new Via(variable, "invalid", 1, Optional.empty(), Optional.of(variable + " has no host"));
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        int port = uri.getPort() < 0 ? 80 : uri.getPort();
        return new Via(
                scheme + "://" + host + ":" + port,
                host,
                port,
                Optional.ofNullable(uri.getRawUserInfo()).map(Proxies::authorization),
                scheme.equals("http")
                        ? Optional.empty()
                        : Optional.of(variable + " has a proxy with the scheme '" + scheme
                                + "://'; only 'http://' can be used"));
    }

    /** RFC 7617. */
    private static String authorization(String userInfo) {
        // a plus sign is literal in this part of a URL
        String plain = URLDecoder.decode(userInfo.replace("+", "%2B"), StandardCharsets.UTF_8);
        String pair = plain.contains(":") ? plain : plain + ":";
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns whether any proxy is set. */
    boolean isAny() {
        return http.isPresent() || https.isPresent();
    }

    /** Returns whether a proxy has a password. */
    boolean haveSecrets() {
        return http.flatMap(Via::authorization).isPresent()
                || https.flatMap(Via::authorization).isPresent();
    }

    /** Returns the proxy for a URL. */
    public Optional<Via> of(URI uri) {
        Optional<Via> via = "https".equalsIgnoreCase(uri.getScheme()) ? https : http;
        return via.filter(_ -> !except.contains(uri));
    }
}
