package dev.atex.cli;

import dev.atex.lease.LeaseRecord;
import dev.atex.lease.Reaped;
import dev.atex.lease.Reaper;
import dev.atex.lease.StateDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex reap}: frees what runs have left that could not do so themselves. */
final class ReapCommand implements Command {
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
        spec.usageMessage()
                .footer(
                        "",
                        "Runs that are going on are never touched. The start of every run does this too, and the guard of a run",
                        "does it when its run is killed: the command is for looking, and for what could not be freed then.",
                        "",
                        "Examples:",
                        "  atex reap --dry-run             what is left, if anything",
                        "  atex reap                       free it",
                        "  atex reap --older-than 1d       leave what may still be looked at");
    }

    @Override
    public Map<String, String> exitCodes() {
        Map<String, String> codes = ExitCode.ofPlainCommands();
        codes.put("0", "nothing is left (with --dry-run: looked)");
        codes.put("3", "something could not be freed, or a ledger not be read");
        return codes;
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException, InterruptedException {
        Optional<String> run = Optional.ofNullable(options.matchedOptionValue("--run", null));
        String age = options.matchedOptionValue("--older-than", null);
        Optional<Duration> olderThan =
                age == null ? Optional.empty() : Optional.of(Options.duration("--older-than", age));
        boolean dryRun = options.hasMatchedOption("--dry-run");
        StateDirectory state = StateDirectory.of(terminal.environment());
        List<Reaped> all = new ArrayList<>();
        try {
            Reaper reaper = Reaper.load(state);
            for (Optional<String> each : ledgers(state, run)) {
                reaper.reap(new Reaper.Request(each, olderThan, dryRun, Duration.ZERO), reaped -> {
                    all.add(reaped);
                    terminal.out().println(terminal.shown(text(reaped)));
                });
            }
        } catch (IOException e) {
            throw new UsageException("cannot look into " + state.path() + ": " + Reasons.of(e), e);
        }
        if (all.isEmpty()) {
            terminal.out().println(age == null ? "Nothing is left of any run." : "Nothing is left of a run that old.");
        }
        return all.stream().anyMatch(ReapCommand::isBad) ? ExitCode.INFRASTRUCTURE : ExitCode.OK;
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
                    + dev.atex.text.Suggestion.among(run.get(), state.runs()));
        }
        return ledgers;
    }

    static boolean isBad(Reaped reaped) {
        return reaped instanceof Reaped.Left || reaped instanceof Reaped.Unreadable;
    }

    static String text(Reaped reaped) {
        return switch (reaped) {
            case Reaped.Alive(String run) -> "run " + run + " is going on";
            case Reaped.Freed(LeaseRecord lease, String what) ->
                "freed " + lease.kind() + " " + lease.id() + ": " + what;
            case Reaped.Found(LeaseRecord lease, String what) ->
                "there is " + lease.kind() + " " + lease.id() + ": " + what;
            case Reaped.Absent(LeaseRecord lease) -> lease.kind() + " " + lease.id() + " is gone";
            case Reaped.Left(LeaseRecord lease, String why) ->
                lease.kind() + " " + lease.id() + " may still be there: " + why;
            case Reaped.Unreadable(String run, String why) -> "run " + run + ": " + why;
        };
    }
}
