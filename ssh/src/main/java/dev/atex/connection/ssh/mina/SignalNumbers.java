package dev.atex.connection.ssh.mina;

import java.util.Map;

/** Linux numbers of the signals that the protocol names (RFC 4254, section 6.10), and of some others. */
final class SignalNumbers {
    private static final Map<String, Integer> NUMBERS = Map.ofEntries(
            Map.entry("HUP", 1),
            Map.entry("INT", 2),
            Map.entry("QUIT", 3),
            Map.entry("ILL", 4),
            Map.entry("TRAP", 5),
            Map.entry("ABRT", 6),
            Map.entry("BUS", 7),
            Map.entry("FPE", 8),
            Map.entry("KILL", 9),
            Map.entry("USR1", 10),
            Map.entry("SEGV", 11),
            Map.entry("USR2", 12),
            Map.entry("PIPE", 13),
            Map.entry("ALRM", 14),
            Map.entry("TERM", 15),
            Map.entry("XCPU", 24),
            Map.entry("XFSZ", 25),
            Map.entry("SYS", 31));

    private SignalNumbers() {}

    /** Returns the number; 0 if the protocol has no name for the signal ({@code SIG@openssh.com}). */
    static int of(String name) {
        return NUMBERS.getOrDefault(name, 0);
    }
}
