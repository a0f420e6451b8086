package dev.atex.cli.virt;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.view.Printable;
import dev.atex.libvirt.ImageStore;
import dev.atex.libvirt.VirtAddress;
import dev.atex.libvirt.virsh.VirshException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** A command that calls libvirt. */
abstract class VirtCall implements Command {
    static final Opt<Optional<String>> CONNECT = Opt.one(
            "URI", "The connection to libvirt, as qemu:///session (default: that of virsh).", "-c", "--connect");
    static final Opt<Optional<String>> POOL = Opt.one("POOL", "The pool of images (default 'default').", "--pool");
    static final Opt<Optional<String>> VIRSH = Opt.one("PATH", "The program to call (default virsh).", "--virsh");
    static final Opt<Boolean> JSON = Opt.flag("Print JSON.", "--json");

    static void describeAddress(CommandSpec spec) {
        Opt.addAll(spec, CONNECT, POOL, VIRSH);
    }

    static VirtAddress address(ParseResult options) throws UsageException {
        return new VirtAddress(
                VIRSH.of(options).orElse("virsh"),
                CONNECT.of(options).filter(text -> !text.isEmpty()),
                word(POOL, POOL.of(options).orElse("default")));
    }

    /** Returns a name that is safe in commands and XML. */
    static String word(Object what, String text) throws UsageException {
        if (!text.matches("[A-Za-z0-9_][A-Za-z0-9_.+-]*")) {
            throw new UsageException(what + " '" + text
                    + "': it must consist of letters, digits and _ . + -, and begin with a letter, digit or _");
        }
        return text;
    }

    /** Returns the name of an image. */
    static String image(Object what, String text) throws UsageException {
        if (!ImageStore.isName(text)) {
            throw new UsageException(
                    what + " '" + text + "': the name of an image must consist of letters, digits and _ . + -,"
                            + " begin with a letter, digit or _, and not with 'atex-'");
        }
        return text;
    }

    @Override
    public Map<String, String> exitCodes() {
        Map<String, String> codes = ExitCode.ofPlainCommands();
        codes.put("3", "infrastructure: libvirt cannot be reached, or it refused something");
        return codes;
    }

    /** Does the work, and returns the exit code. */
    abstract int call(ParseResult options, Terminal terminal)
            throws VirshException, UsageException, InterruptedException;

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException, InterruptedException {
        try {
            return call(options, terminal);
        } catch (VirshException e) {
            return failed(e, terminal);
        }
    }

    /** Reports a failure, and returns the exit code: that of a usage error if the user named what does not exist, or exists. */
    static int failed(VirshException e, Terminal terminal) {
        complain(e.getMessage() + advice(e.failure()), terminal);
        return switch (e.failure()) {
            case NO_POOL,
                    INACTIVE_POOL,
                    NO_VOLUME,
                    NO_NETWORK,
                    INACTIVE_NETWORK,
                    NO_DOMAIN,
                    EXISTS,
                    NO_PROGRAM,
                    INVALID -> ExitCode.USAGE;
            case NO_DAEMON,
                    NO_EMULATOR,
                    NO_LOGIN,
                    NO_PERMISSION,
                    NO_ACCESS,
                    NO_METADATA,
                    NO_OPTION,
                    PORT_IN_USE,
                    NO_MEMORY,
                    NO_SPACE,
                    IMAGE_IN_USE,
                    UNSUPPORTED,
                    NO_ANSWER,
                    TIMEOUT,
                    OTHER -> ExitCode.INFRASTRUCTURE;
        };
    }

    private static String advice(VirshException.Failure failure) {
        return switch (failure) {
            case NO_DAEMON ->
                ". Start libvirtd, or use another connection, as --connect qemu:///session for machines of your own";
            case NO_PERMISSION ->
                ". Use an account that may manage virtual machines (of the group 'libvirt'), or --connect"
                        + " qemu:///session for machines of your own";
            case NO_LOGIN ->
                ". 'ssh' to this host must work without a question: the connection can name a key, as --connect"
                        + " qemu+ssh://root@HOST/system?keyfile=FILE";
            case NO_POOL ->
                ". 'virsh pool-list --all' lists the pools; name one with --pool, or create it with 'virsh"
                        + " pool-define-as default dir --target DIRECTORY' and 'virsh pool-start default'";
            case NO_VOLUME -> ". 'atex virt images' lists the images";
            case NO_SPACE -> ". Free some space in the directory of the pool";
            case NO_NETWORK -> ". 'virsh net-list --all' lists the networks";
            case INACTIVE_POOL,
                    INACTIVE_NETWORK,
                    NO_PROGRAM,
                    NO_EMULATOR,
                    NO_DOMAIN,
                    NO_METADATA,
                    NO_OPTION,
                    EXISTS,
                    PORT_IN_USE,
                    NO_MEMORY,
                    IMAGE_IN_USE,
                    UNSUPPORTED,
                    NO_ACCESS,
                    INVALID,
                    NO_ANSWER,
                    TIMEOUT,
                    OTHER -> "";
        };
    }

    static void complain(String message, Terminal terminal) {
        terminal.err().println("atex: " + Printable.lines(message));
    }

    /** Returns a number of bytes for people. */
    static String size(long bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        String digits = unit == 0 || value >= 100 ? "%.0f %s" : "%.1f %s";
        return String.format(Locale.ROOT, digits, value, units[unit]);
    }

    /** Returns a number and its noun. */
    static String count(List<?> things, String noun) {
        return things.size() + " " + noun + (things.size() == 1 ? "" : "s");
    }
}
