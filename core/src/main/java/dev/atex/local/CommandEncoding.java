package dev.atex.local;

import java.io.IOException;
import java.nio.charset.Charset;
import java.util.Map;

/**
 * Prevents a silent error: in the locale {@code C}, the JVM passes {@code ?} to a new process for every character that is not
 * ASCII.
 */
final class CommandEncoding {
    private static final Charset NATIVE = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    /**
     * The user's {@code LC_ALL}, empty if it was not set. The launcher of the command line sets this variable, because it starts
     * the JVM with {@code LC_ALL=C.UTF-8}.
     */
    static final String USERS_LC_ALL = "ATEX_LC_ALL";

    private CommandEncoding() {}

    /** Restores the locale of the launcher's user for a command. */
    static void restoreLocale(Map<String, String> environment) {
        String users = environment.remove(USERS_LC_ALL);
        if (users == null) {
            return;
        }
        if (users.isEmpty()) {
            environment.remove("LC_ALL");
        } else {
            environment.put("LC_ALL", users);
        }
    }

    /** Fails if {@code text} cannot be passed to a process unchanged. */
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
