package dev.atex.connection.support;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntToLongFunction;

/**
 * A mark that a process inherits and cannot take off: a number in the hard limit of "file locks" (RLIMIT_LOCKS), which
 * Linux has had no use for since 2.4.25, see getrlimit(2). Only root can raise it, a new environment or session does not
 * change it, and {@code /proc/PID/limits} shows it to every user, also of a process that made itself undumpable.
 *
 * <p>Its 63 bits are for up to three marks, one inside the other: 35, 14 and 14, the outermost first; what is not used yet
 * is all ones. So whoever is inside can only lower it, and keeps the marks of those outside.
 *
 * @param value the limit of what is directly inside
 * @param below how many of its last bits are for marks further inside
 */
public record LimitMark(long value, int below) {
    private static final int WIDEST = 35;
    private static final int NARROW = 14;
    private static final int[] WIDTHS = {WIDEST, NARROW, NARROW};
    private static final int ALL = 63;

    /** How many numbers there are for {@link #inside(int)}. */
    public static final int NUMBERS = (1 << NARROW) - 1;

    /** The mark of this id inside of a process with this limit, {@code "unlimited"} or a number; none if there is no room. */
    public static Optional<LimitMark> of(String id, String outer) {
        return next(outer, width -> part(id, width));
    }

    /** The mark of this id in a process with this limit that it may have already, as the innermost one; else as {@link #of}. */
    public static Optional<LimitMark> inOrAt(String id, String limit) {
        long value = parse(limit).orElse(0);
        int below = ALL;
        for (int width : WIDTHS) {
            below -= width;
            long inside = rest(below);
            if ((value & inside) == inside && (value >> below & rest(width)) == part(id, width)) {
                return Optional.of(new LimitMark(value, below));
            }
        }
        return of(id, limit);
    }

    /** The mark with this number, from 0 to {@link #NUMBERS} - 1, inside of this one; none if there is no room. */
    public Optional<LimitMark> inside(int number) {
        return below == 0 ? Optional.empty() : next(Long.toString(value), _ -> number);
    }

    /**
     * What stands for an id: two numbers with a colon between them, for the outermost part and for the others. For programs
     * that work out {@link #of} themselves.
     */
    public static String parts(String id) {
        return part(id, WIDEST) + ":" + part(id, NARROW);
    }

    private static Optional<LimitMark> next(String outer, IntToLongFunction part) {
        long limit = parse(outer).orElse(0);
        int below = ALL;
        for (int width : WIDTHS) {
            long free = rest(below);
            below -= width;
            if ((limit & free) == free) {
                return Optional.of(
                        new LimitMark((limit & ~free) | (part.applyAsLong(width) << below) | rest(below), below));
            }
        }
        return Optional.empty();
    }

    /** So many ones. */
    private static long rest(int bits) {
        return (1L << bits) - 1;
    }

    /** All ones means none. */
    private static long part(String id, int width) {
        return Long.remainderUnsigned(hash(id), rest(width));
    }

    /** The hard limit of this process, for {@link #of}; "0" if it cannot be known. */
    public static String own() {
        return read("self").orElse("0");
    }

    /** Whether a process has this mark; false if it is gone. */
    public boolean isOn(long pid) {
        OptionalLong limit = read(Long.toString(pid)).map(LimitMark::parse).orElse(OptionalLong.empty());
        return limit.isPresent() && isIn(limit.getAsLong());
    }

    /** Whether this mark is one of those in a limit. */
    public boolean isIn(long limit) {
        return limit >> below == value >> below;
    }

    /** What comes before a command that shall have it. */
    public List<String> prefix(Path prlimit) {
        return List.of(prlimit.toString(), "--locks=" + value + ":" + value, "--");
    }

    private static long hash(String id) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
            return HexFormat.fromHexDigitsToLong(HexFormat.of().formatHex(digest, 0, 8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** Format: proc_pid_limits(5). */
    private static Optional<String> read(String pid) {
        try {
            String limits =
                    new String(Files.readAllBytes(Path.of("/proc", pid, "limits")), StandardCharsets.ISO_8859_1);
            int at = limits.indexOf("Max file locks");
            String[] fields = limits.substring(at, limits.indexOf('\n', at)).split(" +");
            return Optional.of(fields[4]);
        } catch (IOException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private static OptionalLong parse(String limit) {
        if (limit.equals("unlimited")) {
            return OptionalLong.of(Long.MAX_VALUE);
        }
        try {
            return OptionalLong.of(Long.parseLong(limit)); // more than 63 bits: somebody else's
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
