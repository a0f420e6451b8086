package dev.atex.connection.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.io.resource.PathResource;
import org.apache.sshd.common.util.security.SecurityUtils;

/** Reads and writes files with private keys. */
public final class KeyFiles {
    private static final int BITS = 256;

    private KeyFiles() {}

    /**
     * Generates a key pair (ECDSA, NIST P-256, which hosts in FIPS mode accept too). Writes the private key to {@code file},
     * which only its owner can read, and the public key beside it with {@code .pub}. Neither file may exist.
     */
    public static void generate(Path file) throws IOException {
        try {
            KeyPair pair = KeyUtils.generateKeyPair(KeyPairProvider.ECDSA_SHA2_NISTP256, BITS);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try (OutputStream out = Files.newOutputStream(file)) {
                OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "atex", null, out);
            }
            Files.writeString(
                    file.resolveSibling(file.getFileName() + ".pub"),
                    PublicKeyEntry.toString(pair.getPublic()) + "\n",
                    StandardCharsets.US_ASCII,
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE);
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot generate a key: " + e.getMessage(), e);
        }
    }

    /** Returns true if the file has a private key that can be used without a passphrase. */
    public static boolean isUsable(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            Iterable<KeyPair> pairs =
                    SecurityUtils.loadKeyPairIdentities(null, new PathResource(file), in, FilePasswordProvider.EMPTY);
            return pairs != null && pairs.iterator().hasNext();
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            return false;
        }
    }
}
