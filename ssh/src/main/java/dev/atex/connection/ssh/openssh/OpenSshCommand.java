package dev.atex.connection.ssh.openssh;

import dev.atex.connection.ssh.config.SshConfig;
import dev.atex.connection.ssh.config.SshOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds command lines of the {@code ssh} program for one host. Its configuration applies to everything not given here.
 *
 * @param target the host on the command line
 * @param options the options of the connection
 * @param control the control socket of the master
 */
record OpenSshCommand(SshConfig.Address target, SshOptions options, Path control) {

    /** Returns the command that logs in, listens on the control socket and then prints {@code ready}. */
    List<String> master() {
        List<String> argv = new ArrayList<>(List.of("ssh"));
        options.config().ifPresent(file -> argv.addAll(List.of("-F", file.toString())));
        argv.addAll(List.of("-M", "-N", "-T", "-x", "-S", control.toString()));
        target.user().or(options::user).ifPresent(user -> argv.addAll(List.of("-l", user)));
        target.port().or(options::port).ifPresent(port -> argv.addAll(List.of("-p", Integer.toString(port))));
        options.identity().ifPresent(file -> argv.addAll(List.of("-i", file.toString())));
        if (options.identitiesOnly()) {
            option(argv, "IdentitiesOnly=yes");
        }
        options.proxyJump().ifPresent(jump -> option(argv, "ProxyJump=" + jump));
        option(argv, "ControlPersist=no");
        option(argv, "ClearAllForwardings=yes");
        option(argv, "PermitLocalCommand=yes");
        option(argv, "LocalCommand=echo ready");
        option(argv, "ConnectTimeout=" + Math.max(1, options.connectTimeout().toSeconds()));
        option(argv, "ServerAliveInterval=" + Math.max(1, options.keepAlive().toSeconds()));
        option(argv, "ServerAliveCountMax=" + SshOptions.MISSED_SIGNS);
        if (options.password().isPresent()) {
            option(argv, "NumberOfPasswordPrompts=1");
        } else {
            option(argv, "BatchMode=yes");
        }
        hostKeys(options, argv);
        argv.addAll(List.of("--", target.host()));
        return argv;
    }

    /** Adds the options for host keys. */
    static void hostKeys(SshOptions options, List<String> argv) {
        options.knownHosts().ifPresent(file -> option(argv, "UserKnownHostsFile=" + file));
        if (options.hostKeys().isEmpty()) {
            return; // as configured; "ask" means no, because nobody can answer
        }
        switch (options.hostKeys().get()) {
            case STRICT -> option(argv, "StrictHostKeyChecking=yes");
            case ACCEPT_NEW -> option(argv, "StrictHostKeyChecking=accept-new");
            case OFF -> {
                option(argv, "StrictHostKeyChecking=no");
                option(argv, "UserKnownHostsFile=/dev/null");
                option(argv, "GlobalKnownHostsFile=/dev/null");
                option(argv, "LogLevel=ERROR"); // no warnings about new keys
            }
        }
    }

    private static void option(List<String> argv, String option) {
        argv.addAll(List.of("-o", option));
    }

    /** Returns the start of a command that uses the master, and never logs in itself. */
    List<String> shared() {
        List<String> argv = new ArrayList<>(List.of("ssh", "-F", "none", "-T", "-x", "-S", control.toString()));
        option(argv, "ControlMaster=no");
        option(argv, "ProxyCommand=exec false");
        option(argv, "LogLevel=ERROR");
        return argv;
    }

    /** Returns the command that runs a line on the host. */
    List<String> exec(String line) {
        List<String> argv = shared();
        argv.addAll(List.of("--", target.host(), line));
        return argv;
    }

    /** Returns the command that sends an order to the master. */
    List<String> control(String order, String... arguments) {
        List<String> argv = shared();
        argv.addAll(List.of("-O", order));
        argv.addAll(List.of(arguments));
        argv.addAll(List.of("--", target.host()));
        return argv;
    }
}
