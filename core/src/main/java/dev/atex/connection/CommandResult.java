package dev.atex.connection;

import java.nio.charset.StandardCharsets;

/**
 * What a command that ran to its end left behind.
 *
 * @param exitCode 0 to 255; 128+n when killed by signal n
 * @param stdout its standard output
 * @param stderr its standard error
 */
public record CommandResult(int exitCode, byte[] stdout, byte[] stderr) {

    /** Standard output as UTF-8, malformed bytes replaced. */
    public String stdoutText() {
        return new String(stdout, StandardCharsets.UTF_8);
    }

    /** Standard error as UTF-8, malformed bytes replaced. */
    public String stderrText() {
        return new String(stderr, StandardCharsets.UTF_8);
    }
}
