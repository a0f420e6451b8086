package dev.atex.executor.fmf.scripts;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The shell scripts that run on machines. */
public enum RemoteScripts {
    ABORT,
    CHECK,
    COLLECT,
    CONTROL,
    DATA,
    FEATURES,
    HIERARCHIES,
    INSTALL,
    PACKAGES,
    PACKAGETOOL,
    SHELL,
    START,
    STOP,
    SWEEP,
    TTY,
    WRAPPER;

    private final String text;

    RemoteScripts() {
        text = read(fileName());
    }

    /** Returns the text of a resource. */
    public static String read(String file) {
        try (InputStream in = RemoteScripts.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns its file name in the work directory. */
    public String fileName() {
        return name().toLowerCase(Locale.ROOT) + ".sh";
    }

    public String text() {
        return text;
    }
}
