package dev.atex.cli.runs;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.state.RunDirectory;
import dev.atex.cli.state.RunLeases;
import dev.atex.internal.text.DurationText;
import dev.atex.internal.text.Suggestion;
import dev.atex.lease.ledger.Ledgers;
import dev.atex.lease.ledger.RunOwner;
import dev.atex.lease.ledger.StateDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex stop}: ends a run in another process, as SIGTERM does. */
public final class StopCommand implements Command {
    private static final Opt<Optional<Duration>> WAIT =
            Opt.one("DURATION", "How long to wait until the run has ended (default: 6m).", Options::duration, "--wait");

    @Override
    public String name() {
        return "stop";
    }

    @Override
    public String summary() {
        return "Stop a run: end its tests, release its machines, keep its results.";
    }

    @Override
    public void describe(CommandSpec spec) {
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("RUN")
                .arity("1")
                .type(String.class)
                .description("The id of the run, or its directory.")
                .build());
        WAIT.addTo(spec);
        spec.usageMessage()
                .footer(
                        "",
                        "Examples:",
                        "  atex stop 20261124-131757-dde1a4",
                        "  atex stop atex-runs/20261124-131757-dde1a4");
    }

    @Override
    public Map<String, String> exitCodes() {
        Map<String, String> codes = ExitCode.ofPlainCommands();
        codes.put("0", "the run has ended");
        codes.put("3", "the run is still ending");
        return codes;
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException, InterruptedException {
        String wanted = options.matchedPositionalValue(0, "");
        Duration wait = WAIT.of(options).orElse(Duration.ofMinutes(6));
        StateDirectory state = StateDirectory.of(terminal.environment());
        RunOwner owner = find(state, wanted);
        Optional<ProcessHandle> process = Ledgers.process(state, owner);
        if (process.isEmpty()) {
            throw new UsageException("run " + owner.run() + " belongs to process " + owner.pid()
                    + ", which is not there or not its own any more: either it was killed, and what it left is being freed"
                    + " just now (see 'atex runs'), or it cannot be seen from here (another user, container or host)");
        }
        if (!process.get().destroy() && process.get().isAlive()) {
            throw new UsageException("process " + owner.pid() + " of run " + owner.run()
                    + " cannot be ended: it belongs to another user");
        }
        terminal.out().println("run " + terminal.shown(owner.run()) + " is ending (process " + owner.pid() + ")");
        try {
            process.get().onExit().get(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            terminal.out().println("it has not ended after " + DurationText.print(wait));
            return ExitCode.INFRASTRUCTURE;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        terminal.out().println("it has ended");
        return ExitCode.OK;
    }

    /** Returns the process of a run, if it is visible from here. */
    static Optional<ProcessHandle> process(Terminal terminal, RunDirectory run) throws UsageException {
        StateDirectory state = StateDirectory.of(terminal.environment());
        for (Ledgers.Run each : RunLeases.ledgers(state)) {
            if (each.alive() && each.owner().isPresent() && RunLeases.belongs(each.run(), run.id())) {
                return Ledgers.process(state, each.owner().get());
            }
        }
        return Optional.empty();
    }

    private static RunOwner find(StateDirectory state, String wanted) throws UsageException {
        List<String> ids = new ArrayList<>();
        Path directory = Options.path("RUN", wanted).toAbsolutePath().normalize();
        for (Ledgers.Run run : RunLeases.ledgers(state)) {
            if (run.alive() && run.owner().isPresent()) {
                RunOwner owner = run.owner().get();
                if (RunLeases.belongs(run.run(), wanted)
                        || owner.directory().normalize().equals(directory)) {
                    return owner;
                }
                ids.add(run.run());
            }
        }
        throw new UsageException("run '" + wanted + "' is not running"
                + (ids.isEmpty() ? ", and no other run is" : Suggestion.among(wanted, ids)));
    }
}
