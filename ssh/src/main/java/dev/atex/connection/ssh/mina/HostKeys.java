package dev.atex.connection.ssh.mina;

import dev.atex.connection.ssh.config.HostKeyPolicy;
import dev.atex.connection.ssh.config.SshHost;
import dev.atex.internal.files.FileProblems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.client.config.hosts.KnownHostEntry;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.jspecify.annotations.Nullable;

/** Accepts or refuses the key of one host, by its policy and the known_hosts files (sshd(8)). Thread-safe. */
final class HostKeys {
    private static final Object WRITING = new Object();
    private static final int DEFAULT_PORT = 22;

    private final SshHost host;
    private final List<String> knownAlgorithms;
    private volatile @Nullable String problem;
    /** The server shows its key again whenever a long session exchanges keys. */
    private volatile @Nullable PublicKey accepted;

    /** Reads the files for the algorithms of known keys. */
    HostKeys(SshHost host) {
        this.host = host;
        knownAlgorithms = algorithms();
    }

    /** One entry of a known_hosts file. */
    private record Known(Path file, String marker, PublicKey key, String type) {}

    /** Returns why the key was not accepted. */
    Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /** Returns the algorithms of the known keys. */
    List<String> knownAlgorithms() {
        return knownAlgorithms;
    }

    private List<String> algorithms() {
        if (host.hostKeys() == HostKeyPolicy.OFF) {
            return List.of();
        }
        List<String> algorithms = new ArrayList<>();
        for (Known known : known()) {
            if (known.type().equals("ssh-rsa")) {
                algorithms.addAll(List.of("rsa-sha2-512", "rsa-sha2-256"));
            }
            algorithms.add(known.type());
        }
        return algorithms;
    }

    /** Returns true if the key is accepted. Reads the files unless this key was accepted before. */
    boolean verify(PublicKey key) {
        PublicKey before = accepted;
        if (before != null && KeyUtils.compareKeys(before, key)) {
            return true;
        }
        boolean fine = isFine(key);
        if (fine) {
            accepted = key;
        }
        return fine;
    }

    private boolean isFine(PublicKey key) {
        if (host.hostKeys() == HostKeyPolicy.OFF) {
            return true;
        }
        List<Known> known = known();
        String fingerprint = KeyUtils.getKeyType(key) + " " + KeyUtils.getFingerPrint(key);
        List<Known> same = known.stream()
                .filter(each -> KeyUtils.compareKeys(each.key(), key))
                .toList();
        Optional<Known> revoked =
                same.stream().filter(each -> each.marker().equals("revoked")).findFirst();
        if (revoked.isPresent()) {
            problem = "the key of the host (" + fingerprint + ") is marked as revoked in "
                    + revoked.get().file();
            return false;
        }
        if (!same.isEmpty()) {
            return true;
        }
        Optional<Known> other =
                known.stream().filter(each -> each.marker().isEmpty()).findFirst();
        if (other.isPresent()) {
            problem = "the key of the host has CHANGED: it now shows " + fingerprint + ", another one is in "
                    + other.get().file() + ". Either somebody intercepts the connection, or the host was reinstalled;"
                    + " in that case remove its line (ssh-keygen -R " + spelled() + ")";
            return false;
        }
        if (host.hostKeys() == HostKeyPolicy.ACCEPT_NEW) {
            return remember(key);
        }
        problem = "the key of the host (" + fingerprint + ") is not known: add it to "
                + host.knownHosts().getFirst()
                + " (connect once with ssh), or set the host key policy to accept-new or off";
        return false;
    }

    private List<Known> known() {
        List<Known> found = new ArrayList<>();
        for (Path file : host.knownHosts()) {
            if (!Files.isReadable(file)) {
                continue;
            }
            List<String> lines;
            try {
                lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
                problem = "cannot read known keys of hosts: " + FileProblems.of(e);
                continue;
            }
            lines.forEach(line -> parse(file, line).ifPresent(found::add));
        }
        return found;
    }

    /** Parses a line. Empty for lines about other hosts and lines that cannot be parsed. */
    private Optional<Known> parse(Path file, String line) {
        String text = line.strip();
        if (text.isEmpty() || text.startsWith("#")) {
            return Optional.empty();
        }
        try {
            KnownHostEntry entry = KnownHostEntry.parseKnownHostEntry(text);
            if (entry == null
                    || !entry.isHostMatch(host.keyName(), host.keyAlias().isPresent() ? DEFAULT_PORT : host.port())) {
                return Optional.empty();
            }
            String marker = entry.getMarker() == null ? "" : entry.getMarker();
            PublicKey key = entry.getKeyEntry().resolvePublicKey(null, PublicKeyEntryResolver.IGNORING);
            return key == null || marker.equals("cert-authority")
                    ? Optional.empty()
                    : Optional.of(
                            new Known(file, marker, key, entry.getKeyEntry().getKeyType()));
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            return Optional.empty(); // OpenSSH ignores such lines too
        }
    }

    private boolean remember(PublicKey key) {
        Path file = host.knownHosts().getFirst();
        String line = spelled() + " " + PublicKeyEntry.toString(key) + "\n";
        try {
            synchronized (WRITING) {
                if (file.getParent() != null) {
                    Files.createDirectories(file.getParent());
                }
                Files.writeString(
                        file,
                        endsInLine(file) ? line : "\n" + line,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            }
            return true;
        } catch (IOException e) {
            problem = "cannot write the new key of the host to " + file + ": " + FileProblems.of(e);
            return false;
        }
    }

    /** Returns false if the file does not end with a line break, as one that was edited by hand. */
    private static boolean endsInLine(Path file) throws IOException {
        byte[] all = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        return all.length == 0 || all[all.length - 1] == '\n';
    }

    private String spelled() {
        boolean plain = host.keyAlias().isPresent() || host.port() == DEFAULT_PORT;
        return plain ? host.keyName() : "[" + host.keyName() + "]:" + host.port();
    }
}
