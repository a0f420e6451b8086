package dev.atex.cli.log;

import java.text.MessageFormat;
import java.time.Instant;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/** One logger. Thread-safe; logging never blocks. */
final class AtexLogger implements System.Logger {
    /**
     * Messages of this project's loggers are wanted from DEBUG on, those of others (the JDK, libraries) from INFO on.
     */
    private static final String OURS = "dev.atex.";

    private final String name;
    private final Level least;
    private volatile java.util.logging.@Nullable Logger outside;

    AtexLogger(String name) {
        this.name = name;
        this.least = name.startsWith(OURS) ? Level.DEBUG : Level.INFO;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean isLoggable(Level level) {
        return ProcessLog.isProgram()
                ? level != Level.OFF && level.compareTo(least) >= 0 && level.compareTo(ProcessLog.threshold()) >= 0
                : outside().isLoggable(outside(level));
    }

    @Override
    public void log(
            Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable thrown) {
        publish(level, bundle, message, thrown);
    }

    @Override
    public void log(
            Level level,
            @Nullable ResourceBundle bundle,
            @Nullable String format,
            @Nullable Object @Nullable ... values) {
        if (isLoggable(level)) {
            String text = translated(bundle, format);
            publish(level, null, values == null || values.length == 0 ? text : formatted(text, values), null);
        }
    }

    private static String formatted(String text, @Nullable Object[] values) {
        try {
            return MessageFormat.format(text, values);
        } catch (IllegalArgumentException e) {
            return text; // a message that is no format is better than none
        }
    }

    private void publish(
            Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable thrown) {
        if (!isLoggable(level)) {
            return;
        }
        String text = translated(bundle, message);
        if (ProcessLog.isProgram()) {
            ProcessLog.publish(LogRecord.of(
                    Instant.now(), level, name, Thread.currentThread().getName(), text, thrown));
        } else {
            outside().log(outside(level), thrown, () -> text);
        }
    }

    private static String translated(@Nullable ResourceBundle bundle, @Nullable String key) {
        if (bundle == null || key == null) {
            return String.valueOf(key);
        }
        try {
            return bundle.getString(key);
        } catch (MissingResourceException | ClassCastException e) {
            return key;
        }
    }

    private java.util.logging.Logger outside() {
        java.util.logging.Logger logger = outside;
        if (logger == null) {
            logger = java.util.logging.Logger.getLogger(name);
            outside = logger;
        }
        return logger;
    }

    private static java.util.logging.Level outside(Level level) {
        return switch (level) {
            case ALL -> java.util.logging.Level.ALL;
            case TRACE -> java.util.logging.Level.FINER;
            case DEBUG -> java.util.logging.Level.FINE;
            case INFO -> java.util.logging.Level.INFO;
            case WARNING -> java.util.logging.Level.WARNING;
            case ERROR -> java.util.logging.Level.SEVERE;
            case OFF -> java.util.logging.Level.OFF;
        };
    }
}
