package dev.atex.run.layout;

import dev.atex.internal.text.Sha256;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * The paths of artifacts of attempts: {@code <base>/<test>/<attempt>}. Different tests never have the same directory, nor one
 * inside another's. In a component of a test's name, {@code %}, control characters, and characters that the locale cannot
 * encode are percent-encoded, and so is a component that is empty, a dot, two dots, all digits, or ends like one of ours. A
 * component that is too long for a file system is cut and gets a hash.
 */
public final class ArtifactPaths {
    private static final int LONGEST = 200;
    private static final String LOST = ".lost";
    /** Whether names of files can contain every character; false in the locale {@code C}. */
    private static final boolean UNICODE = isPossible("\u00e9\u4e2d");

    private static boolean isPossible(String name) {
        try {
            return !Path.of(name).toString().isEmpty();
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private final Path base;

    /** Creates paths below this directory. */
    public ArtifactPaths(Path base) {
        this.base = base;
    }

    /** Returns the directory of an attempt. */
    public Path of(String test, int attempt) {
        return base.resolve(safe(test) + "/" + attempt);
    }

    /** Returns the directory of all attempts at a test. */
    public Path of(String test) {
        return base.resolve(safe(test));
    }

    /** Returns the directory for the result of a lost attempt, whose own directory may still be written to. */
    public Path ofLost(String test, int attempt) {
        return base.resolve(safe(test) + "/" + attempt + LOST);
    }

    static String safe(String test) {
        String relative = test.startsWith("/") ? test.substring(1) : "%" + test;
        // Most names need no encoding: the common case is one scan without a copy.
        if (isHarmless(relative)) {
            return relative;
        }
        StringBuilder path = new StringBuilder();
        String[] components = relative.split("/", -1);
        for (int i = 0; i < components.length; i++) {
            boolean marked = i == 0 && !test.startsWith("/");
            path.append(i == 0 ? "" : "/");
            path.append(marked ? "%" + component(components[i].substring(1)) : component(components[i]));
        }
        return path.toString();
    }

    private static boolean isHarmless(String path) {
        int length = path.length();
        if (length == 0 || length > LONGEST) {
            return false;
        }
        boolean lettersSeen = false;
        for (int i = 0; i < length; i++) {
            char c = path.charAt(i);
            if (c == '/') {
                if (!lettersSeen) {
                    return false;
                }
                lettersSeen = false;
            } else if (isLetter(c) || c == '_' || c == '-') {
                lettersSeen = true;
            } else if (c < '0' || c > '9') {
                return false;
            }
        }
        return lettersSeen;
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static String component(String text) {
        boolean digits = text.chars().allMatch(c -> c >= '0' && c <= '9'); // also true for the empty one
        if (text.isEmpty()) {
            return "%";
        }
        StringBuilder safe = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean first = i == 0 && (digits || c == '.');
            boolean last = i == text.length() - LOST.length() && text.endsWith(LOST);
            boolean foreign = (c > 0x7e && !UNICODE) || Character.isSurrogate(c);
            if (c == '%' || c < ' ' || c == 0x7f || foreign || first || last) {
                safe.append('%').append(HexFormat.of().toHexDigits(c));
            } else {
                safe.append(c);
            }
        }
        return safe.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST ? safe.toString() : cut(text, safe);
    }

    private static String cut(String text, StringBuilder safe) {
        // A quarter of the characters: each is at most three bytes long.
        return safe.substring(0, LONGEST / 4) + "%" + Sha256.hex(text, StandardCharsets.UTF_16BE, 16);
    }
}
