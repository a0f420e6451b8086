package dev.atex.executor.fmf.scripts;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The programs for shells that run on the remote. */
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

    /** The text of a file that is there for the remote. */
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

    /** Name of the file in the work directory. */
    public String fileName() {
        return name().toLowerCase(Locale.ROOT) + ".sh";
    }

    public String text() {
        return text;
    }
}
