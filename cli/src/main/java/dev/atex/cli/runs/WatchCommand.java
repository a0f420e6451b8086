package dev.atex.cli.runs;

import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.OsSignals;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.log.ProcessLog;
import dev.atex.cli.run.RunCommand;
import dev.atex.cli.run.RunOptions;
import dev.atex.cli.run.UnfinishedMachines;
import dev.atex.cli.state.NotesText;
import dev.atex.cli.state.RunDirectory;
import dev.atex.cli.state.RunDirectoryCommand;
import dev.atex.cli.state.RunLock;
import dev.atex.cli.state.RunManifest;
import dev.atex.cli.state.Runs;
import dev.atex.cli.state.WaitMemory;
import dev.atex.cli.view.RunDisplay;
import dev.atex.cli.view.SummaryText;
import dev.atex.lease.ledger.StateDirectory;
import dev.atex.run.EventTail;
import dev.atex.run.RunListener;
import dev.atex.run.model.RunModel;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex watch}: shows the run of another process. */
public final class WatchCommand extends RunDirectoryCommand {
    @Override
    public String name() {
        return "watch";
    }

    @Override
    public String summary() {
        return "Watch a run that was started in another shell, until it ends.";
    }

    @Override
    protected void describeOwn(CommandSpec spec) {
        spec.usageMessage()
                .footer(
                        "",
                        "Shows the same as 'atex run', from the start of the run. Ctrl-C does not end the run; 'atex "
                                + "stop' does. For a run that has ended, shows its log. Exits with the exit code of the run.",
                        "",
                        "Example:",
                        "  atex watch 20261124-131757-dde1a4");
    }

    @Override
    public Map<String, String> exitCodes() {
        return ExitCode.ofRuns();
    }

    @Override
    protected int run(RunDirectory directory, ParseResult parsed, Terminal terminal)
            throws UsageException, InterruptedException {
        RunManifest manifest = RunManifest.read(directory.path());
        RunOptions options = RunCommand.options(manifest, terminal.environment());
        RunModel history = Runs.empty(directory, manifest);
        String machines;
        RunDisplay display = terminal.display();
        try (ProcessLog.Shown _ = ProcessLog.showOn(terminal.showsErrors(), display)) {
            display.watching();
            display.goesOn(Runs.empty(directory, manifest));
            display.usually(WaitMemory.read(StateDirectory.of(terminal.environment()))::usually);
            Runnable restore = OsSignals.handle("WINCH", _ -> display.resized());
            try {
                follow(directory, history, showing(history, display), terminal);
            } finally {
                restore.run();
            }
            machines = display.machineTime();
        } catch (IOException e) {
            throw UsageException.of(e);
        }
        if (history.state() == RunModel.State.UNFINISHED) {
            throw new UsageException("the process of run " + directory.id()
                    + " ended before its run; to finish it: atex resume " + directory.path());
        }
        new SummaryText(terminal.style())
                .lines(history.summary(), machines, directory.path(), directory.hasResults())
                .forEach(terminal.out()::println);
        NotesText.lines(history.notes(), directory).forEach(terminal.out()::println);
        UnfinishedMachines.line(history, options.selection().plan().orElse("")).ifPresent(terminal.out()::println);
        return ExitCode.of(history.summary(), OptionalInt.empty(), options.flakyFails());
    }

    private static RunListener showing(RunModel history, RunDisplay display) {
        return event -> {
            history.on(event);
            display.on(event);
        };
    }

    private static void follow(RunDirectory directory, RunModel history, RunListener to, Terminal terminal)
            throws IOException, UsageException, InterruptedException {
        try (WatchService changes = directory.path().getFileSystem().newWatchService()) {
            WatchKey _ = directory
                    .path()
                    .register(changes, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
            Optional<ProcessHandle> owner = StopCommand.process(terminal, directory);
            if (owner.isPresent()) {
                CompletableFuture<Void> _ = owner.get().onExit().thenRun(() -> close(changes));
            }
            while (!Files.exists(directory.events())) {
                if (!RunLock.isHeld(directory.path()) || !awaitChange(changes)) {
                    return;
                }
            }
            try (EventTail tail = EventTail.open(directory.events())) {
                boolean goesOn = true;
                while (goesOn) {
                    goesOn = RunLock.isHeld(directory.path()); // asked before: nothing comes after the end
                    tail.read(to);
                    goesOn = goesOn && history.state() == RunModel.State.UNFINISHED;
                    if (goesOn && !awaitChange(changes)) {
                        tail.read(to);
                        return;
                    }
                }
            }
        }
    }

    /** Waits for a change; returns {@code false} if the process has ended. */
    private static boolean awaitChange(WatchService changes) throws InterruptedException {
        try {
            WatchKey key = changes.take();
            key.pollEvents();
            return key.reset();
        } catch (ClosedWatchServiceException e) {
            return false;
        }
    }

    private static void close(WatchService changes) {
        try {
            changes.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
