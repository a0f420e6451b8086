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

/** Failures of a call that do not pass by themselves, and what to do about them. */
public final class Obstacle {
    private Obstacle() {}

    /** What somebody has to change before the call can succeed; empty for all failures that may pass. */
    public static Optional<String> of(IOException failure, URI uri, Network network) {
        Optional<Proxies.Via> via = network.proxies().of(uri);
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof ProxyRefusal) {
                return Optional.of("the proxy " + via.map(Proxies.Via::name).orElse("between")
                        + " wants a name and a password (407),"
                        + " or others: https_proxy=http://NAME:PASSWORD@HOST:PORT");
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
                return Optional.of(
                        "what is at " + uri.getHost() + ":" + port(uri)
                                + " does not speak TLS; is the address meant to begin with 'http://', or is there a proxy between?");
            }
        }
        return via.flatMap(Proxies.Via::problem);
    }

    /** Whether a call failed before any of it was sent. */
    public static boolean isBeforeSending(IOException failure) {
        return failure instanceof SSLHandshakeException
                || failure instanceof ProxyRefusal
                || failure instanceof java.net.ConnectException
                || failure instanceof java.net.http.HttpConnectTimeoutException;
    }

    private static String unknown(URI uri, Optional<Proxies.Via> via) {
        return via.map(proxy -> "the name of the proxy " + proxy
                        + " is not known here; look at the variables https_proxy," + " http_proxy and no_proxy")
                .orElse("the name '" + uri.getHost()
                        + "' is not known here; look at the address and at this host's network:"
                        + " is a VPN needed, or a proxy (variable https_proxy)?");
    }

    private static String untrusted(Throwable failure, URI uri, Network network) {
        String host = uri.getHost() + ":" + port(uri);
        Throwable root = root(failure);
        if (root instanceof CertificateExpiredException || root instanceof CertificateNotYetValidException) {
            return "the certificate of " + host + " is over, or not valid yet (" + root.getMessage()
                    + "); is the clock of this host right?";
        }
        String text = String.valueOf(root.getMessage());
        if (text.startsWith("No subject alternative") || text.startsWith("No name matching")) {
            return "the certificate of " + host + " is for another name (" + text + "); look at the address";
        }
        return "the certificate of " + host + " is not trusted here (" + text
                + "). If it is of an authority of your organization, name the file with that authority's certificate (PEM)"
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
