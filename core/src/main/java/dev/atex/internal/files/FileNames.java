package dev.atex.internal.files;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Converts paths to the bytes that the kernel sees, one character for each: names of files need not be text in any encoding,
 * and different names may have the same text.
 */
public final class FileNames {
    /** The encoding of these texts: each character is the byte with the same number. */
    public static final Charset CHARSET = StandardCharsets.ISO_8859_1;

    private static final char REPLACEMENT = '\ufffd';
    private static final int HEX = 16;

    private FileNames() {}

    /** Returns the bytes of a path. */
    public static String bytes(Path path) {
        String text = path.toString();
        if (text.indexOf(REPLACEMENT) < 0) {
            return new String(text.getBytes(StandardCharsets.UTF_8), CHARSET);
        }
        String uri = Path.of("/").resolve(path).toUri().getRawPath(); // has all bytes, most of them as %xx
        StringBuilder bytes = new StringBuilder();
        for (int i = 0; i < uri.length(); i++) {
            if (uri.charAt(i) == '%') {
                bytes.append((char) Integer.parseInt(uri, i + 1, i + 3, HEX));
                i += 2;
            } else {
                bytes.append(uri.charAt(i));
            }
        }
        if (bytes.charAt(bytes.length() - 1) == '/') { // there is such a directory
            bytes.setLength(bytes.length() - 1);
        }
        return path.isAbsolute() ? bytes.toString() : bytes.substring(1);
    }

    /**
     * Returns the path of these bytes. A text with other characters is the path itself.
     *
     * @throws IOException if no file can have this name
     */
    public static Path ofBytes(String bytes) throws IOException {
        if (bytes.indexOf('\0') >= 0) {
            throw new IOException("the other side sent a name with a NUL, that files here cannot have");
        }
        if (!CHARSET.newEncoder().canEncode(bytes)) {
            return TreePaths.target(bytes);
        }
        String text = new String(bytes.getBytes(CHARSET), StandardCharsets.UTF_8);
        return text.indexOf(REPLACEMENT) < 0 ? TreePaths.target(text) : raw(bytes);
    }

    private static Path raw(String bytes) {
        StringBuilder uri = new StringBuilder("file:///");
        for (byte each : bytes.getBytes(CHARSET)) {
            uri.append(each == '/' ? "/" : "%%%02x".formatted(each));
        }
        Path path = Path.of(URI.create(uri.toString()));
        return bytes.startsWith("/") ? path : path.subpath(0, path.getNameCount());
    }
}
