package dev.atex.testingfarm.http;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts a server if one of these does: the JVM, the certificates that the user named, the system. Each source is read only if the
 * earlier ones do not trust the server, as reading hundreds of certificates is slow. Thread-safe.
 */
final class Trust extends X509ExtendedTrustManager {
    private static final X509Certificate[] NOBODY = {};

    private final List<Supplier<List<X509ExtendedTrustManager>>> sources;

    private Trust(List<Path> authorities) {
        sources = List.of(
                once(() -> managers(null)),
                once(() -> managers(Certificates.read(authorities).all())),
                once(() -> managers(Certificates.ofSystem().all())));
    }

    static SSLContext context(List<Path> authorities) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Trust(authorities)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no TLS: " + e.getMessage(), e);
        }
    }

    private static <T> Supplier<T> once(Supplier<T> make) {
        return new Supplier<>() {
            private @Nullable T made;

            @Override
            public synchronized T get() {
                T now = made;
                if (now == null) {
                    now = make.get();
                    made = now;
                }
                return now;
            }
        };
    }

    /** Creates managers for these certificates; for null, those of the JVM. */
    private static List<X509ExtendedTrustManager> managers(@Nullable Set<X509Certificate> certificates) {
        if (certificates != null && certificates.isEmpty()) {
            return List.of();
        }
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(certificates == null ? null : store(certificates));
            List<X509ExtendedTrustManager> managers = new ArrayList<>();
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager extended) {
                    managers.add(extended);
                }
            }
            return managers;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("certificates cannot be used: " + e.getMessage(), e);
        }
    }

    private static KeyStore store(Set<X509Certificate> certificates) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        for (X509Certificate certificate : certificates) {
            store.setCertificateEntry(Integer.toString(number++), certificate);
        }
        return store;
    }

    @FunctionalInterface
    private interface Check {
        void by(X509ExtendedTrustManager manager) throws CertificateException;
    }

    private void check(Check check) throws CertificateException {
        CertificateException failure = null;
        for (Supplier<List<X509ExtendedTrustManager>> source : sources) {
            for (X509ExtendedTrustManager manager : source.get()) {
                try {
                    check.by(manager);
                    return;
                } catch (CertificateException e) {
                    failure = failure == null || isStranger(failure) ? e : failure;
                }
            }
        }
        throw failure == null ? new CertificateException("no authority is trusted") : failure;
    }

    /** Returns whether no trusted issuer was found: the least specific failure. */
    private static boolean isStranger(CertificateException failure) {
        for (@Nullable Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof CertPathBuilderException) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(manager -> manager.checkServerTrusted(chain, type, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(manager -> manager.checkServerTrusted(chain, type, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(manager -> manager.checkServerTrusted(chain, type));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        throw new CertificateException("only servers are checked");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        throw new CertificateException("only servers are checked");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw new CertificateException("only servers are checked");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return NOBODY;
    }
}
