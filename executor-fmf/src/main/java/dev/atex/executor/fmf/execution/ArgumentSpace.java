package dev.atex.executor.fmf.execution;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Checks that variables fit into the arguments of a program, see {@code execve(2)}: 128 KiB for one string, and for all
 * together a quarter of the limit of the stack, which is 8 MiB nearly everywhere.
 */
final class ArgumentSpace {
    private static final long ONE = 128 << 10;
    private static final long ALL = 2 << 20;

    /** For the variables that the machine adds, and the arguments of what a test calls. */
    private static final long SPARE = 64 << 10;

    private static final int POINTER = 8;

    private ArgumentSpace() {}

    /** Returns why no program can be started with these variables. */
    static Optional<String> problem(Map<String, String> variables) {
        long all = 0;
        long largest = 0;
        String name = "";
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            long size = bytes(variable.getKey()) + 1 + bytes(variable.getValue()) + 1;
            all += size + POINTER;
            if (size > largest) {
                largest = size;
                name = variable.getKey();
            }
        }
        if (largest > ONE) {
            return Optional.of("the variable " + name + " has " + largest + " bytes, and Linux passes no more than "
                    + ONE + " to a program. Put it into a file");
        }
        if (all > ALL - SPARE) {
            return Optional.of("the variables of the test have " + all + " bytes (" + name + " alone " + largest
                    + "), and no more than " + (ALL - SPARE) + " can be passed to programs. Put some into a file");
        }
        return Optional.empty();
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
