package dev.atex.connection.local;

import java.io.IOException;
import java.nio.charset.Charset;

/**
 * Guards against what the JVM does silently: where the locale is {@code C}, a new process gets {@code ?} for every
 * character that is not ASCII.
 */
final class Spelling {
    private static final Charset NATIVE = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    private Spelling() {}

    /** Fails if {@code text} can't be passed to a process as it is. */
    static void check(String text) throws IOException {
        check(text, NATIVE);
    }

    static void check(String text, Charset charset) throws IOException {
        if (text.chars().anyMatch(c -> c > 127) && !charset.newEncoder().canEncode(text)) {
            throw new IOException("'" + text + "' cannot be written in this locale's encoding (" + charset
                    + "); start with LC_ALL=C.UTF-8 in the environment");
        }
    }
}
