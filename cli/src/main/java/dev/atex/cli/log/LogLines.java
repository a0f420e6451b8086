package dev.atex.cli.log;

import dev.atex.cli.view.Printable;
import java.lang.System.Logger.Level;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Formats records, each as one line without control characters and without secrets. */
final class LogLines {
    private static final DateTimeFormatter DATE_AND_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxxx", Locale.ROOT);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);
    private static final String PREFIX = "dev.atex.";

    private LogLines() {}

    /** Returns the line of a log file, without a line end. */
    static String ofFile(LogRecord record) {
        return line(record, DATE_AND_TIME, record.logger());
    }

    /** Returns the line for standard error: without the date, and with short names of loggers. */
    static String ofTerminal(LogRecord record) {
        String logger = record.logger();
        return line(record, TIME, logger.startsWith(PREFIX) ? logger.substring(PREFIX.length()) : logger);
    }

    private static String line(LogRecord record, DateTimeFormatter format, String logger) {
        return format.format(local(record)) + ' ' + word(record.level()) + ' ' + logger + " ["
                + Printable.line(Secrets.removedFrom(record.thread())) + "] "
                + Printable.line(Secrets.removedFrom(record.text()));
    }

    private static ZonedDateTime local(LogRecord record) {
        return record.time().atZone(ZoneId.systemDefault());
    }

    private static String word(Level level) {
        return switch (level) {
            case WARNING -> "WARN ";
            case INFO -> "INFO ";
            case ALL, TRACE, DEBUG, ERROR, OFF -> level.getName();
        };
    }
}
