package dev.atex.connection.support;

import dev.atex.internal.text.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntToLongFunction;

/**
 * A mark that processes inherit and cannot remove: a number in the hard limit of "file locks" (RLIMIT_LOCKS), which Linux
 * has not used since 2.4.25, see getrlimit(2). Only root can raise it. A new environment or session does not change it, and
 * {@code /proc/PID/limits} shows it to every user, even of a process that is not dumpable.
 *
 * <p>Its 63 bits hold up to three nested marks of 35, 14 and 14 bits, the outermost first. Unused bits are ones, so that an
 * inner process can only lower the number, and keeps the marks of the outer ones.
 *
 * @param value the limit of the marked processes
 * @param below number of its last bits that are left for inner marks
 */
public record LimitMark(long value, int below) {
    private static final int WIDEST = 35;
    private static final int NARROW = 14;
    private static final int[] WIDTHS = {WIDEST, NARROW, NARROW};
    private static final int ALL = 63;

    /** The number of marks that {@link #inside(int)} can make. */
    public static final int NUMBERS = (1 << NARROW) - 1;

    /** Returns the mark of this id inside a process with this limit, {@code "unlimited"} or a number; empty if there is no room. */
    public static Optional<LimitMark> of(String id, String outer) {
        return next(outer, width -> part(id, width));
    }

    /** Returns the mark of this id in a process with this limit, if its innermost mark is that one; otherwise as {@link #of}. */
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

    /** Returns the mark with this number, from 0 to {@link #NUMBERS} - 1, inside this one; empty if there is no room. */
    public Optional<LimitMark> inside(int number) {
        return below == 0 ? Optional.empty() : next(Long.toString(value), _ -> number);
    }

    /**
     * Returns the two numbers that stand for an id, separated by a colon: one for the outermost mark, one for the others.
     * For scripts that compute {@link #of} themselves.
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

    /** Returns a number of that many ones. */
    private static long rest(int bits) {
        return (1L << bits) - 1;
    }

    /** All ones means none. */
    private static long part(String id, int width) {
        return Long.remainderUnsigned(hash(id), rest(width));
    }

    /** Returns the hard limit of this process, for {@link #of}; {@code "0"} if it is unknown. */
    public static String own() {
        return read("self").orElse("0");
    }

    /** Returns whether a process has this mark; false if it is gone. */
    public boolean isOn(long pid) {
        OptionalLong limit = read(Long.toString(pid)).map(LimitMark::parse).orElse(OptionalLong.empty());
        return limit.isPresent() && isIn(limit.getAsLong());
    }

    /** Returns whether a limit contains this mark. */
    public boolean isIn(long limit) {
        return limit >> below == value >> below;
    }

    /** Returns the words before a command that give it this mark. */
    public List<String> prefix(Path prlimit) {
        return List.of(prlimit.toString(), "--locks=" + value + ":" + value, "--");
    }

    private static long hash(String id) {
        return HexFormat.fromHexDigitsToLong(Sha256.hex(id, StandardCharsets.UTF_8, Long.BYTES));
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
