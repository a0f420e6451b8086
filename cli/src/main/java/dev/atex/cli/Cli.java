package dev.atex.cli;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ErrorText;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.command.Version;
import dev.atex.cli.log.ProcessLog;
import dev.atex.cli.log.Secrets;
import dev.atex.cli.view.Printable;
import dev.atex.cli.view.TerminalSize;
import dev.atex.internal.text.Suggestion;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Finds the command that was called, parses its options and runs it. Only that command is described to picocli: building
 * the options of all of them would cost more than most commands take.
 */
public final class Cli {
    private static final List<String> HELP = List.of("-h", "--help", "help");
    private static final List<String> VERSION = List.of("-V", "--version", "version");

    /** The least width of help, in columns. */
    private static final int NARROWEST = 60;

    private static final int WIDEST = 100;

    private static final String VERBOSE = "--verbose";

    private final Terminal terminal;

    private Cli(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Runs one command line. Reports usage errors instead of throwing them. */
    public static int run(Terminal terminal, String... args) {
        try {
            return new Cli(terminal).dispatch(List.of(args));
        } catch (UsageException e) {
            terminal.err().println("atex: " + Printable.lines(String.valueOf(e.getMessage())));
            return e.exitCode();
        } catch (UncheckedIOException e) {
            Throwable cause = e.getCause();
            terminal.err().println("atex: " + Printable.lines(ErrorText.of(cause == null ? e : cause)));
            return ExitCode.USAGE;
        } catch (OutOfMemoryError e) {
            terminal.err().println("atex: " + ErrorText.of(e));
            return ExitCode.INFRASTRUCTURE;
        } catch (InterruptedException e) {
            return ExitCode.INTERRUPTED;
        } finally {
            boolean isWritten = ProcessLog.end();
            terminal.out().flush();
            if (isWritten) { // else a log line that nobody reads has the lock of the stream
                terminal.err().flush();
            }
        }
    }

    /** Returns the description of all commands, for the list in the help and for completion scripts. */
    static CommandLine whole() {
        CommandLine root = new CommandLine(rootSpec());
        for (String name : Commands.NAMES) {
            Commands.find(name).ifPresent(command -> root.addSubcommand(name, described(command, name)));
        }
        return root;
    }

    private int dispatch(List<String> args) throws UsageException, InterruptedException {
        if (args.isEmpty()) {
            usage(whole(), terminal.err());
            return ExitCode.USAGE;
        }
        String name = args.getFirst();
        List<String> rest = args.subList(1, args.size());
        if (VERSION.contains(name) && rest.isEmpty()) {
            terminal.out().println("atex " + Version.text());
            return ExitCode.OK;
        }
        if (HELP.contains(name)) {
            return help(rest);
        }
        Command command = Commands.find(name).orElseThrow(() -> unknownCommand("atex", name, Commands.NAMES));
        return run(command, "atex " + command.name(), rest);
    }

    private int run(Command command, String name, List<String> args) throws UsageException, InterruptedException {
        if (!command.subcommands().isEmpty()) {
            return dispatch(command, name, args);
        }
        CommandLine line = described(command, name);
        configure(line);
        ParseResult options = parse(line, args);
        if (options.isUsageHelpRequested()) {
            usage(line, terminal.out());
            return ExitCode.OK;
        }
        log(command, options);
        return command.run(options, terminal);
    }

    private void log(Command command, ParseResult options) {
        int verbose = options.matchedOptionValue(VERBOSE, new boolean[0]).length;
        if (verbose == 0 && !command.logsToFile()) {
            return;
        }
        Secrets.hideThoseOf(terminal.environment());
        if (command.logsToFile()) {
            ProcessLog.keepForFile();
        }
        if (verbose > 0) {
            ProcessLog.show(verbose == 1 ? Level.INFO : Level.DEBUG, terminal.err()::println);
        }
    }

    private int dispatch(Command group, String name, List<String> args) throws UsageException, InterruptedException {
        if (args.isEmpty()) {
            usage(described(group, name), terminal.err());
            return ExitCode.USAGE;
        }
        List<String> ordered = group.ordered(args);
        if (HELP.contains(ordered.getFirst())) {
            usage(described(group, name), terminal.out());
            return ExitCode.OK;
        }
        Command command = subcommand(group, name, ordered.getFirst());
        return run(command, name + " " + command.name(), ordered.subList(1, ordered.size()));
    }

    private static Command subcommand(Command group, String name, String wanted) throws UsageException {
        List<String> known = new ArrayList<>();
        for (Command command : group.subcommands()) {
            if (command.name().equals(wanted)) {
                return command;
            }
            known.add(command.name());
        }
        throw unknownCommand(name, wanted, known);
    }

    private int help(List<String> args) throws UsageException, InterruptedException {
        if (args.isEmpty()) {
            usage(whole(), terminal.out());
            return ExitCode.OK;
        }
        String word = args.getFirst();
        Command command = Commands.find(word).orElseThrow(() -> unknownCommand("atex", word, Commands.NAMES));
        String name = "atex " + word;
        if (args.size() > 1 && !command.subcommands().isEmpty()) {
            command = subcommand(command, name, args.get(1));
            name += " " + args.get(1);
        }
        usage(described(command, name), terminal.out());
        return ExitCode.OK;
    }

    private static void configure(CommandLine line) {
        line.setExpandAtFiles(false); // "@x" is a value like any other
    }

    private static ParseResult parse(CommandLine line, List<String> args) throws UsageException {
        try {
            return line.parseArgs(args.toArray(String[]::new));
        } catch (UnmatchedArgumentException e) {
            throw new UsageException(
                    unmatched(line.getCommandSpec(), e.getUnmatched().getFirst()), e);
        } catch (ParameterException e) {
            throw new UsageException(uncapitalize(String.valueOf(e.getMessage())) + seeHelp(line.getCommandSpec()), e);
        }
    }

    private static String unmatched(CommandSpec spec, String argument) {
        if (argument.startsWith("-")) {
            String option = argument.startsWith("--") ? argument.split("=", 2)[0] : argument;
            List<String> known = new ArrayList<>();
            for (OptionSpec each : spec.options()) {
                known.addAll(Arrays.asList(each.names()));
            }
            Optional<String> meant = Suggestion.of(option, known);
            return "unknown option '" + option + "'"
                    + meant.map(m -> ", did you mean '" + m + "'?").orElse("") + seeHelp(spec);
        }
        return "unexpected argument '" + argument + "': " + spec.qualifiedName() + " takes options only"
                + (spec.findOption("--root") == null
                        ? ""
                        : " (for a directory: --root " + argument + ", for tests: --test REGEX)")
                + seeHelp(spec);
    }

    private static UsageException unknownCommand(String group, String name, List<String> commands) {
        String what = name.startsWith("-") ? "unknown option '" : "unknown command '";
        List<String> known = new ArrayList<>(commands);
        known.addAll(List.of("help", "--help"));
        if (group.equals("atex")) {
            known.add("--version");
        }
        return new UsageException(what + (group.equals("atex") ? "" : group.substring("atex ".length()) + " ") + name
                + "'"
                + Suggestion.of(name, known)
                        .map(m -> ", did you mean '" + m + "'?")
                        .orElse("")
                + "\nThe commands are: " + String.join(", ", commands) + ". Try '" + group + " --help'.");
    }

    private static String seeHelp(CommandSpec spec) {
        return "\nTry '" + spec.qualifiedName() + " --help'.";
    }

    private static String uncapitalize(String message) {
        return message.isEmpty() ? message : Character.toLowerCase(message.charAt(0)) + message.substring(1);
    }

    /** Joins lines that are not indented: picocli wraps paragraphs for the terminal that it writes to. */
    private static String[] paragraphs(String... lines) {
        List<String> paragraphs = new ArrayList<>();
        boolean goesOn = false;
        for (String line : lines) {
            boolean isText = !line.isEmpty() && !line.startsWith(" ");
            if (goesOn && isText) {
                paragraphs.set(paragraphs.size() - 1, paragraphs.getLast() + " " + line);
            } else {
                paragraphs.add(line);
            }
            goesOn = isText;
        }
        return paragraphs.toArray(String[]::new);
    }

    private int helpWidth() throws InterruptedException {
        return terminal.interactive()
                ? Math.clamp(TerminalSize.ask(terminal.environment()).columns(), NARROWEST, WIDEST)
                : WIDEST;
    }

    private void usage(CommandLine line, PrintStream to) throws InterruptedException {
        int width = helpWidth();
        line.getCommandSpec().usageMessage().autoWidth(false).width(width);
        line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_FOOTER, help -> HelpFooter.of(help, width));
        PrintWriter writer = new PrintWriter(to, false, StandardCharsets.UTF_8);
        line.usage(writer, terminal.colors() ? Ansi.ON : Ansi.OFF);
        writer.flush();
    }

    private static CommandSpec rootSpec() {
        CommandSpec spec = CommandSpec.create().name("atex");
        spec.addOption(helpOption());
        spec.addOption(OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Print the version and exit.")
                .build());
        spec.usageMessage()
                .customSynopsis("atex COMMAND [OPTIONS]")
                .description(
                        "",
                        "Ad-hoc Test EXecutor: runs the tests of an fmf repository on a pool of machines, keeps every machine "
                                + "busy and leaves none behind.")
                .commandListHeading("%nCommands:%n")
                .footer(
                        "",
                        "Examples:",
                        "  atex run --root examples/demo                 run the tests of a tree on this machine",
                        "  atex discover --root examples/demo            the tests of a tree",
                        "  atex show -t /basics/ --json                  their metadata",
                        "  atex requires --plan /plans/all               the packages they need",
                        "  atex fmf show --path examples/demo --whole    the metadata of any fmf tree",
                        "  atex completion bash > ~/.local/share/bash-completion/completions/atex",
                        "  atex COMMAND --help                           options, examples and exit codes");
        return spec;
    }

    private static CommandLine described(Command command, String name) {
        CommandLine line = new CommandLine(describe(command, name));
        for (Command below : command.subcommands()) {
            line.addSubcommand(below.name(), described(below, name + " " + below.name()));
        }
        return line;
    }

    private static CommandSpec describe(Command command, String name) {
        CommandSpec spec = CommandSpec.create().name(name);
        UsageMessageSpec usage = spec.usageMessage();
        usage.description(command.summary()).sortOptions(false).abbreviateSynopsis(true);
        if (!command.subcommands().isEmpty()) {
            usage.customSynopsis(name + " COMMAND [OPTIONS]").commandListHeading("%nCommands:%n");
        }
        command.describe(spec);
        usage.footer(paragraphs(usage.footer()));
        usage.exitCodeListHeading("%nExit codes:%n").exitCodeList(command.exitCodes());
        if (command.subcommands().isEmpty()) {
            spec.addOption(verboseOption());
        }
        spec.addOption(helpOption());
        return spec;
    }

    private static OptionSpec verboseOption() {
        return OptionSpec.builder("-v", VERBOSE)
                .type(boolean[].class)
                .arity("0")
                .description("Print log messages on standard error; -vv prints debug messages too.")
                .build();
    }

    private static OptionSpec helpOption() {
        return OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help and exit.")
                .build();
    }
}
