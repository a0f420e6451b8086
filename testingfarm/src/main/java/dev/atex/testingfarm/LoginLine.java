package dev.atex.testingfarm;

import dev.atex.connection.ssh.SshOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The command of OpenSSH that logs in to a machine with its key and no other. */
final class LoginLine {
    private static final String SAFE = "[A-Za-z0-9_@%+=:,./-]+";

    private LoginLine() {}

    /** Its arguments. */
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

    /** Of {@code user@host}. */
    static String host(String login) {
        return login.substring(login.indexOf('@') + 1);
    }

    /** As a line for a shell. */
    static String shell(List<String> command) {
        return command.stream()
                .map(word -> word.matches(SAFE) ? word : "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }
}
