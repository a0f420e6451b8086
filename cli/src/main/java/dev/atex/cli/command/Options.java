package dev.atex.cli.command;

import dev.atex.internal.text.DurationText;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parsers of the values of options. */
public final class Options {
    /** The longest duration that dates can be calculated with. */
    private static final Duration LONGEST = Duration.ofDays(999_999_999);

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,18})([kKmMgGtT]?)");

    private Options() {}

    /** Parses the name of a directory. */
    public static Path path(String option, String text) throws UsageException {
        if (text.isEmpty()) {
            throw new UsageException(option + ": the name of a directory is missing");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UsageException(option + " '" + text + "': it cannot be the name of a file: " + e.getReason(), e);
        }
    }

    /** Parses the name of a file. */
    public static Path file(String option, String text) throws UsageException {
        if (text.isEmpty()) {
            throw new UsageException(option + ": the name of a file is missing");
        }
        return path(option, text);
    }

    /** Parses a duration, as {@link DurationText} does; a number alone is seconds. */
    public static Duration duration(String option, String text) throws UsageException {
        Duration time = DurationText.parse(text)
                .orElseThrow(() -> new UsageException(option + "=" + text + ": it must be " + DurationText.WANTED));
        if (time.compareTo(LONGEST) > 0) {
            throw new UsageException(option + "=" + text + ": it must be at most " + DurationText.print(LONGEST));
        }
        return time;
    }

    /** Parses a number of bytes: digits, then optionally K, M, G or T (powers of 1024). */
    public static long size(String option, String text) throws UsageException {
        Matcher matcher = SIZE.matcher(text);
        if (matcher.matches()) {
            int shift = 10 * "KMGT".indexOf(matcher.group(2).toUpperCase(Locale.ROOT)) + 10;
            long number = Long.parseLong(matcher.group(1));
            long bytes = matcher.group(2).isEmpty() ? number : number << shift;
            if (matcher.group(2).isEmpty() || bytes >> shift == number) {
                return bytes;
            }
        }
        throw new UsageException(
                option + " " + text + ": it must be a number of bytes, or of K, M, G or T, as in: " + option + " 10G");
    }

    /** Parses a whole number. */
    public static int number(String option, String text, int least, int most) throws UsageException {
        if (text.matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw new UsageException(option + " " + text + ": it must be a whole number from " + least + " to " + most);
    }

    /** Parses {@code KEY=VALUE}; the value may be empty and may contain {@code =}. */
    public static Map.Entry<String, String> keyValue(String option, String text, String example) throws UsageException {
        int equals = text.indexOf('=');
        if (equals <= 0) {
            throw new UsageException(option + " '" + text + "': it must be KEY=VALUE, as in: " + example);
        }
        return Map.entry(text.substring(0, equals), text.substring(equals + 1));
    }
}
