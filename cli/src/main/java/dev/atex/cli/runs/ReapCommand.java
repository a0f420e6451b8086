package dev.atex.cli.runs;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ErrorText;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.state.ReapedText;
import dev.atex.cli.state.RunLeases;
import dev.atex.concurrent.Deadline;
import dev.atex.internal.text.DurationText;
import dev.atex.lease.ledger.Reaped;
import dev.atex.lease.ledger.Reaper;
import dev.atex.lease.ledger.StateDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex reap}: frees what runs have left that could not do so themselves. */
public final class ReapCommand implements Command {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    @Override
    public String name() {
        return "reap";
    }

    @Override
    public String summary() {
        return "Free the machines, processes and directories of runs that ended without doing so.";
    }

    @Override
    public void describe(CommandSpec spec) {
        spec.addOption(Options.flag("Say what is there, and touch nothing.", "--dry-run"));
        spec.addOption(Options.one("ID", "Only of this run.", "--run"));
        spec.addOption(
                Options.one("DURATION", "Only of runs that began that long ago: 90s, 10m, 2h, 7d.", "--older-than"));
        spec.addOption(Options.flag(
                "Go on until nothing is left: try again, with growing pauses, what could not be freed, and wait for what others free.",
                "--wait"));
        spec.addOption(Options.one("DURATION", "With --wait: how long (default: 24h).", "--for"));
        spec.usageMessage()
                .footer(
                        "",
                        "Runs that are going on are never touched, nor waited for. The start of every run does this too, and the guard of a run",
                        "does it when its run is killed: the command is for looking, and for what could not be freed then.",
                        "",
                        "Examples:",
                        "  atex reap --dry-run             what is left, if anything",
                        "  atex reap                       free it",
                        "  atex reap --wait --for 2h       go on, say until a network is there again",
                        "  atex reap --older-than 1d       leave what may still be looked at");
    }

    @Override
    public Map<String, String> exitCodes() {
        Map<String, String> codes = ExitCode.ofPlainCommands();
        codes.put("0", "nothing is left (with --dry-run: looked)");
        codes.put("3", "something could not be freed (with --wait: in time), or a ledger not be read");
        return codes;
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException, InterruptedException {
        Optional<String> run = Optional.ofNullable(options.matchedOptionValue("--run", null));
        String age = options.matchedOptionValue("--older-than", null);
        Optional<Duration> olderThan =
                age == null ? Optional.empty() : Optional.of(Options.duration("--older-than", age));
        boolean dryRun = options.hasMatchedOption("--dry-run");
        Deadline end = Deadline.after(patience(options, dryRun));
        StateDirectory state = StateDirectory.of(terminal.environment());
        Told told = new Told(terminal);
        try {
            Reaper reaper = Reaper.load(state);
            List<Optional<String>> ledgers = ledgers(state, run);
            Duration pause = FIRST_PAUSE;
            while (true) {
                List<Reaped> all = new ArrayList<>();
                for (Optional<String> each : ledgers) {
                    reaper.reap(new Reaper.Request(each, olderThan, dryRun, Duration.ZERO), reaped -> {
                        all.add(reaped);
                        told.say(ReapedText.of(reaped));
                    });
                }
                long left = all.stream().filter(Reaped::isWorthAnotherTry).count();
                if (left > 0 && !end.isExpired()) {
                    Duration now = end.orAfter(pause).remaining();
                    Duration rest =
                            Duration.ofSeconds(end.remaining().plusMillis(999).toSeconds());
                    told.say("not all is freed yet (" + left + "): trying again for at most " + DurationText.print(rest)
                            + "; Ctrl-C ends that");
                    Thread.sleep(now);
                    pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                    continue;
                }
                if (told.isNothing()) {
                    told.say(age == null ? "Nothing is left of any run." : "Nothing is left of a run that old.");
                }
                return all.stream().anyMatch(reaped -> isBad(reaped, options.hasMatchedOption("--wait")))
                        ? ExitCode.INFRASTRUCTURE
                        : ExitCode.OK;
            }
        } catch (IOException e) {
            throw new UsageException("cannot look into " + state.path() + ": " + ErrorText.of(e), e);
        }
    }

    private static Duration patience(ParseResult options, boolean dryRun) throws UsageException {
        boolean waits = options.hasMatchedOption("--wait");
        String time = options.matchedOptionValue("--for", null);
        if (waits && dryRun) {
            throw new UsageException("--wait and --dry-run: looking only frees nothing that could be waited for");
        }
        if (time != null && !waits) {
            throw new UsageException("--for " + time + ": it says how long --wait waits, which is not given");
        }
        return waits ? Options.duration("--for", time == null ? "24h" : time) : Duration.ZERO;
    }

    /** What the user was told; each line once. */
    private static final class Told {
        private final Terminal terminal;
        private final Set<String> lines = new HashSet<>();

        Told(Terminal terminal) {
            this.terminal = terminal;
        }

        void say(String line) {
            if (lines.add(line)) {
                terminal.out().println(terminal.shown(line));
            }
        }

        boolean isNothing() {
            return lines.isEmpty();
        }
    }

    /** Those of one run, of which there may be several when it was resumed; or all at once. */
    private static List<Optional<String>> ledgers(StateDirectory state, Optional<String> run)
            throws IOException, UsageException {
        if (run.isEmpty()) {
            return List.of(Optional.empty());
        }
        List<Optional<String>> ledgers = state.runs().stream()
                .filter(ledger -> RunLeases.belongs(ledger, run.get()))
                .map(Optional::of)
                .toList();
        if (ledgers.isEmpty()) {
            throw new UsageException("--run " + run.get() + ": there is nothing left of a run with this id"
                    + dev.atex.internal.text.Suggestion.among(run.get(), state.runs()));
        }
        return ledgers;
    }

    /** Who waits wants to know that others have not freed it either. */
    private static boolean isBad(Reaped reaped, boolean waited) {
        return ReapedText.isBad(reaped) || (waited && reaped instanceof Reaped.Reaping);
    }
}
