package dev.atex.testingfarm.http;

import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Explains failures of calls that look permanent. */
public final class Obstacle {
    private Obstacle() {}

    /** Returns what the user has to change before the call can succeed; empty for temporary failures. */
    public static Optional<String> of(IOException failure, URI uri, Network network) {
        Optional<Proxies.Via> via = network.proxies().of(uri);
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof ProxyRefusal) {
                return Optional.of("the proxy " + via.map(Proxies.Via::name).orElse("between")
                        + " requires a user and a password (407),"
                        + " or other ones: https_proxy=http://NAME:PASSWORD@HOST:PORT");
            }
            if (each instanceof UnresolvedAddressException || each instanceof UnknownHostException) {
                return Optional.of(unknown(uri, via));
            }
            if (each instanceof CertificateException
                    || each instanceof CertPathValidatorException
                    || each instanceof CertPathBuilderException) {
                return Optional.of(untrusted(each, uri, network));
            }
            if (each instanceof SSLException
                    && String.valueOf(each.getMessage()).contains("nrecognized SSL message")) {
                return Optional.of("the server at " + uri.getHost() + ":" + port(uri)
                        + " does not speak TLS; should the URL begin with 'http://', or is there a proxy between?");
            }
        }
        return via.flatMap(Proxies.Via::problem);
    }

    /** Returns whether a call failed before anything was sent. */
    public static boolean isBeforeSending(IOException failure) {
        return failure instanceof SSLHandshakeException
                || failure instanceof ProxyRefusal
                || failure instanceof java.net.ConnectException
                || failure instanceof java.net.http.HttpConnectTimeoutException;
    }

    private static String unknown(URI uri, Optional<Proxies.Via> via) {
        return via.map(proxy -> "the name of the proxy " + proxy
                        + " cannot be resolved; check the variables https_proxy, http_proxy and no_proxy")
                .orElse("the name '" + uri.getHost()
                        + "' cannot be resolved; check the URL and the network of this host:"
                        + " is a VPN needed, or a proxy (variable https_proxy)?");
    }

    private static String untrusted(Throwable failure, URI uri, Network network) {
        String host = uri.getHost() + ":" + port(uri);
        Throwable root = root(failure);
        if (root instanceof CertificateExpiredException || root instanceof CertificateNotYetValidException) {
            return "the certificate of " + host + " has expired, or is not valid yet (" + root.getMessage()
                    + "); check the clock of this host";
        }
        String text = String.valueOf(root.getMessage());
        if (text.startsWith("No subject alternative") || text.startsWith("No name matching")) {
            return "the certificate of " + host + " is for another name (" + text + "); check the URL";
        }
        return "the certificate of " + host + " is not trusted (" + text
                + "). If an authority of your organization has signed it, set the file with the certificate of that authority (PEM)"
                + " in the variable SSL_CERT_FILE or REQUESTS_CA_BUNDLE, or with the option ca=FILE"
                + Certificates.read(network.authorities())
                        .problem()
                        .map(why -> "; " + why)
                        .orElse("");
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        for (@Nullable Throwable each = failure; each != null; each = each.getCause()) {
            root = each;
        }
        return root;
    }

    private static int port(URI uri) {
        int usual = "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
        return uri.getPort() < 0 ? usual : uri.getPort();
    }
}
