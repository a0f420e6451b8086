package dev.atex.connection.ssh;

import dev.atex.connection.Command;
import dev.atex.connection.support.ShellVariables;
import dev.atex.internal.concurrent.ProcessMarks;
import dev.atex.internal.text.ShellWords;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Converts commands to lines for the user's shell on the host, which must be a POSIX shell. The shell replaces itself with the
 * program, so its exit code or signal is the program's.
 */
final class CommandLine {
    /** The longest line that fits into one argument of a shell; the kernel's limit is 128 KiB. */
    private static final int LONGEST = 100_000;

    private final Optional<String> sudo;
    private final Optional<String> mark;

    /**
     * Creates lines for one connection.
     *
     * @param sudo the user to run commands as
     * @param mark the lease id to add to the {@link ProcessMarks}
     */
    CommandLine(Optional<String> sudo, Optional<String> mark) {
        this.sudo = sudo;
        this.mark = mark;
    }

    /**
     * A line, and bytes to write to its standard input first. Variables are among those bytes: they may be secret, and every
     * user of the host can see arguments.
     *
     * @param line the line for the user's shell
     * @param input the first bytes of standard input, in UTF-8
     */
    record Lines(String line, byte[] input) {}

    /** Converts a command. */
    Lines of(Command command) {
        StringBuilder line = new StringBuilder(64);
        Map<String, String> variables = new LinkedHashMap<>(command.environment());
        Optional<String> marks = marks(variables.remove(ProcessMarks.VARIABLE));
        marks.ifPresent(added -> line.append(ProcessMarks.export(added)));
        line.append("exec ");
        if (sudo.isPresent()) {
            line.append("sudo -n -u ")
                    .append(ShellWords.quoteIfNeeded(sudo.get()))
                    .append(" -- env ");
            if (marks.isPresent()) { // sudo clears the environment
                line.append(ProcessMarks.VARIABLE)
                        .append("=\"$")
                        .append(ProcessMarks.VARIABLE)
                        .append("\" ");
            }
        }
        byte[] input = {};
        if (variables.isEmpty()) {
            line.append(ShellWords.join(command.argv()));
        } else {
            input = ShellVariables.around(command.withEnvironment(variables)).getBytes(StandardCharsets.UTF_8);
            line.append(ShellWords.join(ShellVariables.reader(input.length)));
        }
        byte[] whole = line.toString().getBytes(StandardCharsets.UTF_8);
        if (whole.length <= LONGEST) {
            return new Lines(line.toString(), input);
        }
        return new Lines("eval \"$(head -c " + whole.length + ")\"", concatenated(whole, input));
    }

    /** Returns the mark of the connection, followed by those of a command. */
    private Optional<String> marks(@Nullable String ofCommand) {
        String list = Stream.of(mark, Optional.ofNullable(ofCommand))
                .flatMap(Optional::stream)
                .collect(Collectors.joining(":"));
        return Optional.of(list).filter(some -> !some.isEmpty());
    }

    private static byte[] concatenated(byte[] first, byte[] second) {
        byte[] whole = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, whole, first.length, second.length);
        return whole;
    }
}
