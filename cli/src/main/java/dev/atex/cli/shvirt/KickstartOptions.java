package dev.atex.cli.shvirt;

import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.UsageException;
import dev.atex.libvirt.install.InstallException;
import dev.atex.libvirt.install.Kickstart;
import dev.atex.libvirt.install.Preseed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** The options for the kickstart file of an installation. */
public final class KickstartOptions {
    private static final Opt<Optional<Path>> FILE =
            Opt.one("FILE", "Use this kickstart file as it is.", Options::file, "--ks");
    private static final Opt<Optional<String>> PACKAGES = Opt.one(
            "LINES",
            "More packages, one per line; or the name of a file of them. Missing ones are ignored.",
            "--ks-packages");
    private static final Opt<Optional<String>> KEYS =
            Opt.one("LINES", "Public keys for root, one per line; or the name of a file of them.", "--ks-sshkeys");
    private static final Opt<List<String>> COMMANDS = Opt.many(
            "'CMD ARGS'", "Replace the lines of the built-in kickstart that begin with CMD; repeatable.", "--ks-cmd");
    private static final Opt<List<String>> DELETIONS = Opt.many(
            "REGEX", "Delete what matches in the built-in kickstart (a dot matches newlines); repeatable.", "--ks-del");
    private static final Opt<List<String>> APPENDED = Opt.many("TEXT", "Append a text; repeatable.", "--ks-append");

    private KickstartOptions() {}

    /** Adds the options to the description of a command. */
    public static void describe(CommandSpec spec) {
        Opt.addAll(spec, FILE, PACKAGES, KEYS, COMMANDS, DELETIONS, APPENDED);
    }

    /**
     * Returns the kickstart file.
     *
     * @param notices receives messages about options without effect
     */
    public static String read(ParseResult options, Consumer<String> notices) throws UsageException {
        Optional<Path> file = FILE.of(options);
        if (file.isPresent()) {
            for (Opt<?> each : List.of(PACKAGES, KEYS, COMMANDS, DELETIONS, APPENDED)) {
                if (each.isGiven(options)) {
                    notices.accept(each + " is ignored: --ks is used as it is");
                }
            }
            try {
                return Files.readString(file.get());
            } catch (IOException e) {
                throw UsageException.reading(e);
            }
        }
        try {
            Kickstart.Result result = new Kickstart(
                            DELETIONS.of(options),
                            COMMANDS.of(options),
                            lines(PACKAGES, options),
                            lines(KEYS, options),
                            APPENDED.of(options))
                    .build();
            result.notes().forEach(notices);
            return result.text();
        } catch (InstallException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Returns a preseed file for Debian's installer.
     *
     * @param file a file that is used as it is; empty for the built-in one
     * @param location the URL of the installer
     * @param notices receives messages about options without effect
     */
    public static String readPreseed(
            ParseResult options, Optional<Path> file, String location, Consumer<String> notices) throws UsageException {
        for (Opt<?> each : List.of(FILE, COMMANDS, DELETIONS)) {
            if (each.isGiven(options)) {
                throw new UsageException(each + " is for kickstart files: leave it out with --preseed");
            }
        }
        try {
            if (file.isPresent()) {
                for (Opt<?> each : List.of(PACKAGES, KEYS, APPENDED)) {
                    if (each.isGiven(options)) {
                        notices.accept(each + " is ignored: the file of --preseed is used as it is");
                    }
                }
                return Files.readString(file.get());
            }
            return new Preseed(location, lines(PACKAGES, options), lines(KEYS, options), APPENDED.of(options)).build();
        } catch (IOException e) {
            throw UsageException.reading(e);
        } catch (InstallException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Returns the lines of the value, or of the file that it names, without empty ones and comments. */
    private static List<String> lines(Opt<Optional<String>> option, ParseResult options) throws UsageException {
        String text = option.of(options).orElse("");
        try {
            boolean isFile = !text.isEmpty()
                    && !text.contains("\n")
                    && text.length() < 4096
                    && Files.isRegularFile(Path.of(text));
            List<String> lines = new ArrayList<>();
            for (String each :
                    (isFile ? Files.readString(Path.of(text)) : text).lines().toList()) {
                if (!each.isBlank() && !each.strip().startsWith("#")) {
                    lines.add(each.strip());
                }
            }
            if (lines.isEmpty() && option.isGiven(options)) {
                throw new UsageException(option + ": there is no line in '" + text + "'");
            }
            return lines;
        } catch (IOException e) {
            throw UsageException.reading(e);
        }
    }
}
