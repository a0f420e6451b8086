package dev.atex.cli.slf4j;

import dev.atex.internal.text.Cut;
import java.io.Serial;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/**
 * A logger of a library. Its warnings and errors become DEBUG, everything else TRACE: the library does not know what matters to
 * the user, and errors that do are reported by the calls that fail.
 */
final class LibraryLogger extends LegacyAbstractLogger {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final int LONGEST = 200;

    private static final System.Logger LOG = System.getLogger("dev.atex.ssh.mina");

    LibraryLogger(String name) {
        this.name = name;
    }

    private static System.Logger.Level level(Level level) {
        return level.compareTo(Level.WARN) <= 0 ? System.Logger.Level.DEBUG : System.Logger.Level.TRACE;
    }

    private static boolean isLoggable(Level level) {
        return LOG.isLoggable(level(level));
    }

    @Override
    public boolean isTraceEnabled() {
        return isLoggable(Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
        return isLoggable(Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return isLoggable(Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return isLoggable(Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
        return isLoggable(Level.ERROR);
    }

    /** Returns the first line, shortened: the library repeats commands, which may be whole scripts. */
    static String cut(@Nullable String text) {
        return Cut.start(String.valueOf(text).lines().findFirst().orElse(""), LONGEST, "...");
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            String pattern,
            @Nullable Object @Nullable [] arguments,
            @Nullable Throwable thrown) {
        String text = cut(MessageFormatter.basicArrayFormat(pattern, arguments));
        LOG.log(level(level), name.substring(name.lastIndexOf('.') + 1) + ": " + text, thrown);
    }
}
