package dev.atex.cli.tf;

import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.view.ColorFilter;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.FarmRequest;
import dev.atex.testingfarm.api.Pace;
import dev.atex.testingfarm.api.TestingFarm;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex tf watch}: follows the log of a request until the request ends. */
final class TfWatchCommand extends TfCall {
    private static final Opt<Optional<Duration>> POLL = Opt.one(
            "DURATION",
            "How often to ask (default 30s; ask more often only if the service is your own).",
            Options::duration,
            "--poll");

    @Override
    public String name() {
        return "watch";
    }

    @Override
    public String summary() {
        return "Follow the log of a request until the request ends, and report how it ended.";
    }

    @Override
    Asker asker() {
        return Asker.ANYBODY;
    }

    @Override
    String patience() {
        return "4h";
    }

    @Override
    void describeOwn(CommandSpec spec) {
        POLL.addTo(spec);
        describeIds(spec, "1");
        spec.usageMessage()
                .footer(
                        "",
                        "Prints the log on standard output, everything else on standard error. If the state or the log "
                                + "cannot be read, it continues with the other one. With the URL of the artifacts it follows the "
                                + "log even if the service never answers.");
    }

    @Override
    List<String> examples() {
        return List.of(
                "atex tf watch 0b7a1c9e-3f0d-4c55-9d0e-2f7f3c1f6a11",
                "atex tf watch https://artifacts.dev.testing-farm.io/0b7a1c9e-3f0d-4c55-9d0e-2f7f3c1f6a11",
                "atex tf watch ID > pipeline.log",
                "atex tf watch ID && echo passed");
    }

    @Override
    public Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put("0", "the request is complete, and passed");
        codes.put("1", "the request is complete, and failed");
        codes.put("2", "usage error, or wrong id");
        codes.put("3", "the request ended in an error or was cancelled, or the service is down");
        return codes;
    }

    @Override
    Pace pace(ParseResult options) throws UsageException {
        return Pace.usual().withPoll(POLL.of(options).orElse(Duration.ofSeconds(30)));
    }

    @Override
    int call(TestingFarm farm, ParseResult options, Terminal terminal)
            throws ApiException, UsageException, InterruptedException {
        String argument = arguments(options).getFirst();
        String id = id(argument);
        FarmRequest ended;
        try (OutputStream shown = terminal.foreign();
                OutputStream log = terminal.interactive() ? new ColorFilter(shown) : shown) {
            TfWatch watch = new TfWatch(farm, id, log, notice -> complain(notice, terminal));
            ended = watch.follow(artifacts(argument));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        terminal.err()
                .println(terminal.shown("request " + id + " has ended: " + ended.state()
                        + ended.overall().map(text -> ", " + text).orElse("")
                        + ended.summary().map(text -> ": " + text).orElse("")));
        return code(ended);
    }

    /** Returns the URL of the artifacts, if the argument is one; the URL of a request has no files below it. */
    private static Optional<String> artifacts(String argument) {
        String text = argument.strip();
        return text.contains("://") && !text.contains("/requests/") ? Optional.of(text) : Optional.empty();
    }

    private static int code(FarmRequest ended) {
        if (!ended.state().equals("complete")) {
            return ExitCode.INFRASTRUCTURE;
        }
        return switch (ended.overall().orElse("")) {
            case "passed", "skipped" -> ExitCode.OK;
            case "failed" -> ExitCode.TESTS_FAILED;
            default -> ExitCode.INFRASTRUCTURE; // error, or one that nobody knows
        };
    }
}
