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
 * What HTTP calls need to leave this host, as curl and Python's requests read it from the environment. Immutable.
 *
 * @param authorities files and directories with certificates in PEM that are trusted besides those of the JVM and of the system
 * @param proxies over which calls go
 */
public record Network(List<Path> authorities, Proxies proxies) {
    private static final List<String> FILES = List.of("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE");
    private static final String DIRECTORIES = "SSL_CERT_DIR";
    /** By default the JDK sends no password to a proxy that only passes TLS on. Read once, by the first client. */
    private static final String DISABLED_SCHEMES = "jdk.http.auth.tunneling.disabledSchemes";

    /** Nothing but what the JVM and the system have. */
    public static final Network DIRECT = new Network(List.of(), Proxies.NONE);

    /** Copies the list. */
    public Network {
        authorities = List.copyOf(authorities);
    }

    /** That of an environment. What it names is not looked at before it is needed. */
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

    /** The same that trusts these certificates, too: a file or a directory. */
    public Network trusting(Path more) {
        Path path = more.toAbsolutePath();
        if (authorities.contains(path)) {
            return this;
        }
        List<Path> all = new ArrayList<>(authorities);
        all.add(path);
        return new Network(all, proxies);
    }

    /** Why certificates cannot be read there; empty if there are some. */
    public static Optional<String> problem(Path authorities) {
        return Certificates.read(authorities).problem();
    }

    /** A client that trusts and goes as this says. */
    public HttpClient.Builder client() {
        if (proxies.haveSecrets() && System.getProperty(DISABLED_SCHEMES) == null) {
            System.setProperty(DISABLED_SCHEMES, "");
        }
        return HttpClient.newBuilder().sslContext(Trust.context(authorities)).proxy(selector());
    }

    private ProxySelector selector() {
        return new Selector(proxies);
    }

    /** A request for such a client, with what its proxy asks for. */
    public HttpRequest.Builder request(URI uri) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(uri).header("User-Agent", "atex");
        proxies.of(uri)
                .flatMap(Proxies.Via::authorization)
                .ifPresent(value -> builder.header("Proxy-Authorization", value));
        return builder;
    }
}
