package dev.atex.connection.ssh.openssh;

import dev.atex.connection.ssh.config.Secret;
import dev.atex.internal.text.ShellWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** Gives passwords to the {@code ssh} program, which takes them from a terminal or from a program that it asks (OpenSSH 8.4 and newer). */
final class AskPass {
    private AskPass() {}

    /**
     * Variables for ssh. Neither they nor the program, which is written into the directory, hold the password. It is given to
     * nobody but an ssh that was called with the control socket: those that it calls in turn, for hosts on the way, have the
     * same variables.
     */
    static Map<String, String> environment(Path directory, Path control, Secret secret) throws IOException {
        String answer = switch (secret) {
            case Secret.InEnvironment(String variable) -> "printenv " + ShellWords.quoteIfNeeded(variable);
            case Secret.InFile(Path file) -> "head -n 1 " + ShellWords.quoteIfNeeded(file.toString());
        };
        String _ = secret.read(); // says now if it is not there
        Path program = directory.resolve("askpass");
        // its question about an unknown key of the host is answered by nothing, which is no
        Files.writeString(program, """
                #!/bin/sh
                tr '\\0' '\\n' < /proc/$PPID/cmdline | grep -qxF -e %s || exit 1
                case $1 in *assword*) %s ;; *) exit 1 ;; esac
                """.formatted(ShellWords.quoteIfNeeded(control.toString()), answer));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return Map.of("SSH_ASKPASS", program.toString(), "SSH_ASKPASS_REQUIRE", "force", "DISPLAY", "none");
    }
}
