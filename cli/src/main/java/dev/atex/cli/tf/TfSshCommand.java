package dev.atex.cli.tf;

import dev.atex.cli.command.ErrorText;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.log.ProcessLog;
import dev.atex.cli.state.LeasedTask;
import dev.atex.cli.state.RunLeases;
import dev.atex.concurrent.Deadline;
import dev.atex.concurrent.ProcessLauncher;
import dev.atex.lease.ledger.StateDirectory;
import dev.atex.testingfarm.Guest;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.FarmRequest;
import dev.atex.testingfarm.api.TestingFarm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex tf ssh}: opens a shell or runs a command on the machine of a request. */
final class TfSshCommand extends TfCall {
    private static final Opt<Optional<Path>> KEY = Opt.one(
            "FILE",
            "The private key (default: the key of the reservation if this host has it, else the first ~/.ssh/id_* with a"
                    + " .pub).",
            Options::path,
            "--key");

    @Override
    public String name() {
        return "ssh";
    }

    @Override
    public String summary() {
        return "Log in to the machine of a request, or run a command there.";
    }

    @Override
    Asker asker() {
        return Asker.ANYBODY;
    }

    @Override
    void describeOwn(CommandSpec spec) {
        KEY.addTo(spec);
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("ID [-- COMMAND...]")
                .arity("1..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .description(
                        "Id of a request, or the URL of its artifacts; what comes after -- is run there by a shell.")
                .build());
        spec.usageMessage()
                .footer(
                        "",
                        "The machine stays reserved, whatever you do there. The ssh program logs in, with this key only.");
    }

    @Override
    List<String> examples() {
        return List.of(
                "atex tf ssh 0b7a1c9e-3f0d-4c55-9d0e-2f7f3c1f6a11",
                "atex tf ssh 0b7a1c9e-3f0d-4c55-9d0e-2f7f3c1f6a11 -- journalctl -b",
                "atex tf ssh --key ~/.ssh/id_team ID");
    }

    @Override
    public Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>(super.exitCodes());
        codes.put("N", "that of the ssh program: of the command, or 255 if it could not log in");
        return codes;
    }

    @Override
    int call(TestingFarm farm, ParseResult options, Terminal terminal)
            throws ApiException, UsageException, InterruptedException {
        List<String> words = arguments(options);
        String id = id(words.getFirst());
        Optional<Path> given = givenKey(options);
        FarmRequest request = farm.request(id, Deadline.never());
        if (!request.isRunning()) {
            complain(
                    "request " + request.id() + " has no machine: its state is '" + request.state() + "'"
                            + request.summary().map(text -> ": " + text).orElse(""),
                    terminal);
            return ExitCode.INFRASTRUCTURE;
        }
        Optional<String> login = Guest.login(farm, request, Deadline.never());
        if (login.isEmpty()) {
            complain(
                    "request " + request.id() + " runs, and its log does not tell of a machine yet: try again in a"
                            + " minute, or follow it with 'atex tf watch'",
                    terminal);
            return ExitCode.INFRASTRUCTURE;
        }
        Path key = given.isPresent() ? given.get() : key(request.id(), terminal);
        List<String> there = words.size() > 1 ? words.subList(1, words.size()) : List.of();
        try {
            if (!Guest.needsFiles()) {
                return ssh(Guest.loginCommand(key, login.get(), Optional.empty()), there, terminal);
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
        LeasedTask work = new LeasedTask(terminal); // so that its files go, however this ends
        return work.run(() -> {}, () -> {}, () -> {
            Optional<Path> files = Optional.of(work.leases().temporaryDirectory());
            try {
                return ssh(Guest.loginCommand(key, login.get(), files), there, terminal);
            } catch (IOException e) {
                throw unreadable(e);
            }
        });
    }

    private static UsageException unreadable(IOException e) {
        return new UsageException("cannot read the ssh configuration: " + ErrorText.of(e), e);
    }

    private static Optional<Path> givenKey(ParseResult options) throws UsageException {
        Optional<Path> given = KEY.of(options);
        if (given.isPresent() && (!Files.isReadable(given.get()) || Files.isDirectory(given.get()))) {
            throw new UsageException("--key " + given.get() + ": it is not a readable file");
        }
        return given;
    }

    private static Path key(String id, Terminal terminal) throws UsageException {
        Optional<Path> known = RunLeases.ledgers(StateDirectory.of(terminal.environment())).stream()
                .flatMap(ledger -> ledger.open().stream())
                .flatMap(lease -> Guest.key(lease, id).stream())
                .filter(Files::isReadable)
                .findFirst();
        if (known.isPresent()) {
            return known.get();
        }
        try {
            return Guest.usualKey()
                    .orElseThrow(() -> new UsageException(
                            "no key to log in with: the request was not reserved on this host, and ~/.ssh has no id_* with a"
                                    + " .pub; give one with --key"));
        } catch (IOException e) {
            throw new UsageException("cannot look for a key: " + ErrorText.of(e), e);
        }
    }

    /** Runs ssh on this terminal until it ends. */
    private static int ssh(List<String> login, List<String> there, Terminal terminal) throws InterruptedException {
        List<String> command = new ArrayList<>(login);
        if (!there.isEmpty()) {
            command.add("--");
            command.addAll(there);
        }
        try (ProcessLog.Held _ = ProcessLog.hold()) {
            Process process = ProcessLauncher.start(new ProcessBuilder(command).inheritIO());
            try {
                return process.waitFor();
            } finally {
                process.destroy();
            }
        } catch (IOException e) {
            complain("cannot start the ssh program: " + ErrorText.of(e), terminal);
            return ExitCode.INFRASTRUCTURE;
        }
    }
}
