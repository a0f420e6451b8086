package dev.atex.cli.shvirt;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.view.Printable;
import dev.atex.connection.ssh.config.SshOptions;
import dev.atex.libvirt.shared.HelperAddress;
import dev.atex.libvirt.shared.HelperException;
import dev.atex.libvirt.shared.VirtHelper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** A command that asks a helper. */
abstract class ShvirtCall implements Command {
    static final Opt<Boolean> LOCALHOST = Opt.flag("The helper runs on this host.", "--helper-localhost");
    static final Opt<Optional<String>> HOST =
            Opt.one("HOST", "The host of the helper, by ssh: an alias, or a name.", "--helper-host");
    static final Opt<Optional<Integer>> PORT = Opt.one(
            "PORT",
            "The TCP port of its server (default as configured, else 22).",
            Opt.number(1, 65535),
            "--helper-port");
    static final Opt<Optional<String>> USER =
            Opt.one("NAME", "The user to log in as (default as configured, else root).", "--helper-user");
    static final Opt<Optional<Path>> KEY =
            Opt.one("FILE", "A private key for the host and its domains.", Options::file, "--helper-sshkey");
    static final Opt<Optional<String>> COMMAND = Opt.one(
            "'CMD ARGS'",
            "The command that starts the helper (default atex-virt-helper); split at spaces.",
            "--helper-cmd");
    static final Opt<Boolean> JSON = Opt.flag("Print JSON.", "--json");

    static void describeHelper(CommandSpec spec) {
        Opt.addAll(spec, LOCALHOST, HOST, PORT, USER, KEY, COMMAND);
    }

    /** Returns the host for ssh; empty for this one. */
    static Optional<String> host(ParseResult options) throws UsageException {
        Optional<String> host = HOST.of(options);
        if (LOCALHOST.of(options) == host.isPresent()) {
            throw new UsageException(
                    host.isPresent()
                            ? "--helper-localhost and --helper-host: give one of them"
                            : "--helper-host HOST is missing: the host with atex-virt-helper (or --helper-localhost)");
        }
        if (host.isEmpty()) {
            for (Opt<?> each : List.of(PORT, USER)) {
                if (each.isGiven(options)) {
                    throw new UsageException(each + " needs --helper-host");
                }
            }
            return host;
        }
        if (host.get().isEmpty() || host.get().startsWith("-") || host.get().contains("@")) {
            throw new UsageException(
                    "--helper-host '" + host.get() + "': it must be a host (--helper-user names the user)");
        }
        String port = PORT.of(options).map(number -> ":" + number).orElse("");
        return Optional.of(USER.of(options).orElse("root") + "@" + host.get() + port);
    }

    static List<String> command(ParseResult options) throws UsageException {
        List<String> words = List.of(COMMAND.of(options).orElse("").strip().split("\\s+"));
        return words.getFirst().isEmpty() ? HelperAddress.USUAL_COMMAND : words;
    }

    static HelperAddress address(ParseResult options) throws UsageException {
        SshOptions ssh = SshOptions.defaults();
        Optional<Path> key = KEY.of(options);
        return new HelperAddress(
                host(options),
                command(options),
                key.isPresent() ? ssh.withIdentity(key.get().toAbsolutePath()) : ssh);
    }

    /** Returns the name that other users see. */
    static String userName(Optional<String> given, Terminal terminal) {
        return VirtHelper.nameOf(given.orElseGet(() -> terminal.environment().getOrDefault("USER", "atex")));
    }

    @Override
    public Map<String, String> exitCodes() {
        Map<String, String> codes = ExitCode.ofPlainCommands();
        codes.put("3", "infrastructure: the helper cannot be reached, or it refused a request");
        return codes;
    }

    /** Does the work, and returns the exit code. */
    abstract int call(ParseResult options, Terminal terminal)
            throws HelperException, UsageException, InterruptedException;

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException, InterruptedException {
        try {
            return call(options, terminal);
        } catch (HelperException e) {
            complain(String.valueOf(e.getMessage()), terminal);
            return ExitCode.INFRASTRUCTURE;
        }
    }

    static void complain(String message, Terminal terminal) {
        terminal.err().println("atex: " + Printable.lines(message));
    }
}
