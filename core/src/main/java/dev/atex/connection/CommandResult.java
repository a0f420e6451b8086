package dev.atex.connection;

import java.nio.charset.StandardCharsets;

/**
 * The exit code and output of a command that has ended.
 *
 * @param exitCode 0 to 255; 128+n when killed by signal n
 * @param stdout its standard output
 * @param stderr its standard error
 */
public record CommandResult(int exitCode, byte[] stdout, byte[] stderr) {

    /** Returns standard output as UTF-8; malformed bytes are replaced. */
    public String stdoutText() {
        return new String(stdout, StandardCharsets.UTF_8);
    }

    /** Returns standard error as UTF-8; malformed bytes are replaced. */
    public String stderrText() {
        return new String(stderr, StandardCharsets.UTF_8);
    }
}
