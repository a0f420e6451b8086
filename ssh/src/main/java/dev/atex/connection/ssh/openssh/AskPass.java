package dev.atex.connection.ssh.openssh;

import dev.atex.connection.ssh.config.Secret;
import dev.atex.internal.text.ShellWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** Passes a password to the {@code ssh} program, which runs an askpass program for it (OpenSSH 8.4 and newer). */
final class AskPass {
    private AskPass() {}

    /**
     * Writes the askpass program into the directory and returns the variables for ssh. Neither contains the password. The
     * program answers only an ssh that was called with the control socket: the processes that ssh starts for jump hosts inherit
     * the variables, but must not get the password.
     */
    static Map<String, String> environment(Path directory, Path control, Secret secret) throws IOException {
        String answer = switch (secret) {
            case Secret.InEnvironment(String variable) -> "printenv " + ShellWords.quoteIfNeeded(variable);
            case Secret.InFile(Path file) -> "head -n 1 " + ShellWords.quoteIfNeeded(file.toString());
        };
        String _ = secret.read(); // fails now if it is missing
        Path program = directory.resolve("askpass");
        // ssh also asks whether to accept an unknown host key: no answer means no
        Files.writeString(program, """
                #!/bin/sh
                tr '\\0' '\\n' < /proc/$PPID/cmdline | grep -qxF -e %s || exit 1
                case $1 in *assword*) %s ;; *) exit 1 ;; esac
                """.formatted(ShellWords.quoteIfNeeded(control.toString()), answer));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return Map.of("SSH_ASKPASS", program.toString(), "SSH_ASKPASS_REQUIRE", "force", "DISPLAY", "none");
    }
}
