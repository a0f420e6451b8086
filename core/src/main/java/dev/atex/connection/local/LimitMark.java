package dev.atex.connection.local;

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
record LimitMark(long value, int below) {
    private static final int[] WIDTHS = {35, 14, 14};

    /** The mark of this id inside of a process with this limit, {@code "unlimited"} or a number; none if there is no room. */
    static Optional<LimitMark> of(String id, String outer) {
        long limit = parse(outer).orElse(0);
        int below = 63;
        for (int width : WIDTHS) {
            long free = -1L >>> (64 - below);
            below -= width;
            if ((limit & free) == free) {
                long mark = Long.remainderUnsigned(hash(id), (1L << width) - 1); // all ones means none
                long inside = (1L << below) - 1;
                return Optional.of(new LimitMark((limit & ~free) | (mark << below) | inside, below));
            }
        }
        return Optional.empty();
    }

    /** The hard limit of this process, for {@link #of}. */
    static String own() {
        return read("self").orElse("0");
    }

    /** Whether a process has this mark; false if it is gone. */
    boolean isOn(long pid) {
        OptionalLong limit = read(Long.toString(pid)).map(LimitMark::parse).orElse(OptionalLong.empty());
        return limit.isPresent() && isIn(limit.getAsLong());
    }

    /** Whether this mark is one of those in a limit. */
    boolean isIn(long limit) {
        return limit >> below == value >> below;
    }

    /** What comes before a command that shall have it. */
    List<String> prefix(Path prlimit) {
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
