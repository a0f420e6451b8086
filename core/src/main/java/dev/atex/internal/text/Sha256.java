package dev.atex.internal.text;

import java.nio.charset.Charset;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 hashes of texts, for names of a fixed length. */
public final class Sha256 {
    private Sha256() {}

    /** Returns the 32 bytes of the hash of a text in an encoding. */
    public static byte[] of(String text, Charset encoding) {
        return of(text.getBytes(encoding));
    }

    private static byte[] of(byte[] data) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(data);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** Returns the first bytes of that hash as hexadecimal digits, two for each byte. */
    public static String hex(String text, Charset encoding, int bytes) {
        return hex(text.getBytes(encoding), bytes);
    }

    /** Returns the first bytes of the hash of data as hexadecimal digits, two for each byte. */
    public static String hex(byte[] data, int bytes) {
        return HexFormat.of().formatHex(of(data), 0, bytes);
    }
}
