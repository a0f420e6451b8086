package dev.atex.cli.runs;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ErrorText;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Opt;
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

/** {@code atex reap}: frees what ended runs have left. */
public final class ReapCommand implements Command {
    private static final Opt<Boolean> DRY_RUN = Opt.flag("List what is left; change nothing.", "--dry-run");
    private static final Opt<Optional<String>> RUN = Opt.one("ID", "Only what this run left.", "--run");
    private static final Opt<Optional<Duration>> OLDER_THAN = Opt.one(
            "DURATION",
            "Only what runs left that started at least this long ago: 90s, 10m, 2h, 7d.",
            Options::duration,
            "--older-than");
    private static final Opt<Boolean> WAIT = Opt.flag(
            "Wait until nothing is left: retry, with growing pauses, what could not be freed, and wait for what others free.",
            "--wait");
    private static final Opt<Optional<Duration>> FOR =
            Opt.one("DURATION", "With --wait: how long at most (default: 24h).", Options::duration, "--for");

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    @Override
    public String name() {
        return "reap";
    }

    @Override
    public String summary() {
        return "Free machines, processes and directories that ended runs left behind.";
    }

    @Override
    public void describe(CommandSpec spec) {
        Opt.addAll(spec, DRY_RUN, RUN, OLDER_THAN, WAIT, FOR);
        spec.usageMessage()
                .footer(
                        "",
                        "Does not touch anything that a running run uses. Each run also does this when it starts, and so "
                                + "does the guard of a killed run. Use this command to list what is left, and to retry what "
                                + "could not be freed.",
                        "",
                        "Examples:",
                        "  atex reap --dry-run             list what is left",
                        "  atex reap                       free it now",
                        "  atex reap --wait --for 2h       retry for up to 2 hours",
                        "  atex reap --older-than 1d       skip newer runs");
    }

    @Override
    public Map<String, String> exitCodes() {
        Map<String, String> codes = ExitCode.ofPlainCommands();
        codes.put("0", "nothing is left (with --dry-run: always)");
        codes.put("3", "something could not be freed (with --wait: in time), or a ledger could not be read");
        return codes;
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException, InterruptedException {
        Optional<String> run = RUN.of(options);
        Optional<Duration> olderThan = OLDER_THAN.of(options);
        boolean dryRun = DRY_RUN.of(options);
        boolean waits = WAIT.of(options);
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
                    told.say("not everything is freed yet (" + left + "): trying again for at most "
                            + DurationText.print(rest) + "; press Ctrl-C to stop");
                    Thread.sleep(now);
                    pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                    continue;
                }
                if (told.isNothing()) {
                    told.say(olderThan.isEmpty() ? "No run has left anything." : "No run that old has left anything.");
                }
                return all.stream().anyMatch(reaped -> isBad(reaped, waits)) ? ExitCode.INFRASTRUCTURE : ExitCode.OK;
            }
        } catch (IOException e) {
            throw new UsageException("cannot read the state directory " + state.path() + ": " + ErrorText.of(e), e);
        }
    }

    private static Duration patience(ParseResult options, boolean dryRun) throws UsageException {
        boolean waits = WAIT.of(options);
        Optional<Duration> time = FOR.of(options);
        if (waits && dryRun) {
            throw new UsageException("--wait and --dry-run cannot be combined");
        }
        if (time.isPresent() && !waits) {
            throw new UsageException(
                    "--for " + DurationText.print(time.get()) + " needs --wait: it limits how long that waits");
        }
        return waits ? time.orElse(Duration.ofHours(24)) : Duration.ZERO;
    }

    /** Prints each line once. */
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

    /** Returns the ledgers of one run (several if it was resumed), or a wildcard for all. */
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

    /** Returns whether something is left; after waiting, also what others are still freeing. */
    private static boolean isBad(Reaped reaped, boolean waited) {
        return ReapedText.isBad(reaped) || (waited && reaped instanceof Reaped.Reaping);
    }
}
