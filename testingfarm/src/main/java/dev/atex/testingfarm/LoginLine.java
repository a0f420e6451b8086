package dev.atex.testingfarm;

import dev.atex.connection.ssh.config.SshOptions;
import dev.atex.internal.text.ShellWords;
import java.util.ArrayList;
import java.util.List;

/** The command of OpenSSH that logs in to a machine with its key only. */
final class LoginLine {
    private LoginLine() {}

    /** Returns its arguments. */
    static List<String> of(SshOptions options, String login) {
        List<String> command = new ArrayList<>(List.of("ssh"));
        options.config().ifPresent(file -> command.addAll(List.of("-F", file.toString())));
        options.identity().ifPresent(file -> command.addAll(List.of("-i", file.toString())));
        for (String option : List.of(
                "IdentitiesOnly=yes",
                "StrictHostKeyChecking=no",
                "UserKnownHostsFile=/dev/null",
                "GlobalKnownHostsFile=/dev/null",
                "LogLevel=ERROR")) {
            command.addAll(List.of("-o", option));
        }
        options.port().ifPresent(port -> command.addAll(List.of("-p", Integer.toString(port))));
        command.add(login);
        return command;
    }

    /** Returns the host of {@code user@host}. */
    static String host(String login) {
        return login.substring(login.indexOf('@') + 1);
    }

    /** Returns the command as a line for a shell. */
    static String shell(List<String> command) {
        return ShellWords.join(command);
    }
}
