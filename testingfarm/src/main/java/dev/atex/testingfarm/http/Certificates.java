package dev.atex.testingfarm.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Certificates in PEM (RFC 7468), with any text between them. Certificates that cannot be read are ignored, as bundles of systems
 * have some.
 *
 * @param all the certificates
 * @param problem the reason why there are none
 */
record Certificates(Set<X509Certificate> all, Optional<String> problem) {
    private static final Pattern PEM = Pattern.compile(
            "-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]+-----END (?:X509 |TRUSTED )?CERTIFICATE-----");
    private static final long LARGEST = 16 << 20;

    /** Reads a file, or all files of a directory. */
    static Certificates read(Path path) {
        Set<X509Certificate> found = new LinkedHashSet<>();
        try {
            if (Files.isDirectory(path)) {
                try (Stream<Path> files = Files.list(path)) {
                    for (Path file : files.sorted().toList()) {
                        if (Files.isRegularFile(file) && Files.isReadable(file) && Files.size(file) <= LARGEST) {
                            read(file, found);
                        }
                    }
                }
            } else if (!Files.exists(path)) {
                return new Certificates(Set.of(), Optional.of("there is no file " + path));
            } else if (!Files.isRegularFile(path) || Files.size(path) > LARGEST) {
                return new Certificates(Set.of(), Optional.of(path + " is not a file with certificates"));
            } else {
                read(path, found);
            }
        } catch (IOException e) {
            return new Certificates(Set.of(), Optional.of("cannot read " + path + ": " + e));
        }
        return new Certificates(
                found, found.isEmpty() ? Optional.of("there is no certificate in PEM in " + path) : Optional.empty());
    }

    private static void read(Path file, Set<X509Certificate> to) throws IOException {
        Matcher blocks = PEM.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        while (blocks.find()) {
            byte[] block = blocks.group().replaceAll("(X509|TRUSTED) ", "").getBytes(StandardCharsets.ISO_8859_1);
            try {
                CertificateFactory factory = CertificateFactory.getInstance("X.509");
                if (factory.generateCertificate(new ByteArrayInputStream(block)) instanceof X509Certificate one) {
                    to.add(one);
                }
            } catch (CertificateException e) {
                // an algorithm that this JVM does not have
            }
        }
    }

    /** Reads the certificates of the system, from the first place that exists. */
    static Certificates ofSystem() {
        return Stream.of(
                        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
                        "/etc/pki/tls/certs/ca-bundle.crt",
                        "/etc/ssl/certs/ca-certificates.crt",
                        "/etc/ssl/ca-bundle.pem",
                        "/etc/ssl/cert.pem")
                .map(Path::of)
                .filter(Files::isReadable)
                .findFirst()
                .map(Certificates::read)
                .orElse(new Certificates(Set.of(), Optional.empty()));
    }

    /** Returns the certificates of several files. */
    static Certificates read(List<Path> paths) {
        Set<X509Certificate> all = new LinkedHashSet<>();
        Optional<String> problem = Optional.empty();
        for (Path path : paths) {
            Certificates one = read(path);
            all.addAll(one.all());
            problem = problem.or(one::problem);
        }
        return new Certificates(all, problem);
    }
}
