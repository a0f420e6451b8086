package dev.atex.testingfarm.http;

import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trusted authorities and proxies of HTTP calls, read from the same variables as by curl and Python's requests. Immutable.
 *
 * @param authorities files and directories with more trusted certificates in PEM, besides those of the JVM and the system
 * @param proxies the proxies
 */
public record Network(List<Path> authorities, Proxies proxies) {
    private static final List<String> FILES = List.of("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE");
    private static final String DIRECTORIES = "SSL_CERT_DIR";
    /** By default the JDK sends no password to a proxy for TLS. The JDK reads this once, for the first client. */
    private static final String DISABLED_SCHEMES = "jdk.http.auth.tunneling.disabledSchemes";

    /** The defaults of the JVM and the system. */
    public static final Network DIRECT = new Network(List.of(), Proxies.NONE);

    /** Copies the list. */
    public Network {
        authorities = List.copyOf(authorities);
    }

    /** Reads environment variables. The files that they name are not read yet. */
    public static Network of(Map<String, String> environment) {
        List<Path> authorities = new ArrayList<>();
        for (String variable : FILES) {
            String text = environment.getOrDefault(variable, "").strip();
            if (!text.isEmpty()) {
                authorities.add(Path.of(text).toAbsolutePath());
            }
        }
        for (String text : environment.getOrDefault(DIRECTORIES, "").split(":", -1)) {
            if (!text.isBlank()) {
                authorities.add(Path.of(text.strip()).toAbsolutePath());
            }
        }
        return new Network(authorities, Proxies.of(environment));
    }

    /** Returns a copy that also trusts the certificates in a file or directory. */
    public Network trusting(Path more) {
        Path path = more.toAbsolutePath();
        if (authorities.contains(path)) {
            return this;
        }
        List<Path> all = new ArrayList<>(authorities);
        all.add(path);
        return new Network(all, proxies);
    }

    /** Returns the reason why no certificate can be read there; empty if there are some. */
    public static Optional<String> problem(Path authorities) {
        return Certificates.read(authorities).problem();
    }

    /** Returns a builder of a client with these settings. */
    public HttpClient.Builder client() {
        if (proxies.haveSecrets() && System.getProperty(DISABLED_SCHEMES) == null) {
            System.setProperty(DISABLED_SCHEMES, "");
        }
        return HttpClient.newBuilder().sslContext(Trust.context(authorities)).proxy(selector());
    }

    private ProxySelector selector() {
        return new Selector(proxies);
    }

    /** Returns a builder of a request for such a client, with the authorization for its proxy. */
    public HttpRequest.Builder request(URI uri) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(uri).header("User-Agent", "atex");
        proxies.of(uri)
                .flatMap(Proxies.Via::authorization)
                .ifPresent(value -> builder.header("Proxy-Authorization", value));
        return builder;
    }
}
