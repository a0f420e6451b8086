package dev.atex.connection.ssh;

import dev.atex.connection.Command;
import dev.atex.connection.ShellVariables;
import dev.atex.internal.text.ShellWords;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a command becomes for the user's shell there, which must be one of the POSIX kind. The shell is replaced by the
 * program, so that its end, also by a signal, is the program's own.
 */
final class CommandLine {
    /** Holds ids of what a process belongs to, outermost first, separated by colons. */
    static final String MARK = "ATEX_MARK";

    /** The longest line that surely fits into one argument of a shell; the kernel's limit is 128 KiB. */
    private static final int LONGEST = 100_000;

    private final Optional<String> sudo;
    private final Optional<String> mark;

    /**
     * For commands of one connection.
     *
     * @param sudo the user to become
     * @param mark added to those in the environment
     */
    CommandLine(Optional<String> sudo, Optional<String> mark) {
        this.sudo = sudo;
        this.mark = mark;
    }

    /**
     * The line, and what is to be written to its standard input before anything else: variables may be secret, and everybody
     * on the other side sees the arguments of programs.
     *
     * @param line for the user's shell
     * @param input in UTF-8
     */
    record Lines(String line, byte[] input) {}

    /** What a command becomes. */
    Lines of(Command command) {
        StringBuilder line = new StringBuilder(64);
        if (mark.isPresent()) {
            line.append(MARK)
                    .append("=\"${")
                    .append(MARK)
                    .append(":+$")
                    .append(MARK)
                    .append(":}");
            line.append(mark.get()).append("\"; export ").append(MARK).append("; ");
        }
        line.append("exec ");
        if (sudo.isPresent()) {
            line.append("sudo -n -u ")
                    .append(ShellWords.quoteIfNeeded(sudo.get()))
                    .append(" -- env ");
            if (mark.isPresent()) {
                line.append(MARK).append("=\"$").append(MARK).append("\" "); // sudo clears the environment
            }
        }
        byte[] input = {};
        if (command.environment().isEmpty()) {
            line.append(ShellWords.join(command.argv()));
        } else {
            input = ShellVariables.around(command).getBytes(StandardCharsets.UTF_8);
            line.append(ShellWords.join(ShellVariables.reader(input.length)));
        }
        byte[] whole = line.toString().getBytes(StandardCharsets.UTF_8);
        if (whole.length <= LONGEST) {
            return new Lines(line.toString(), input);
        }
        return new Lines("eval \"$(head -c " + whole.length + ")\"", concatenated(whole, input));
    }

    private static byte[] concatenated(byte[] first, byte[] second) {
        byte[] whole = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, whole, first.length, second.length);
        return whole;
    }
}
