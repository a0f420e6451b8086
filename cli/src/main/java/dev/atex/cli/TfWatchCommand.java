package dev.atex.cli;

import dev.atex.concurrent.Deadline;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.FarmRequest;
import dev.atex.testingfarm.api.Pace;
import dev.atex.testingfarm.api.PipelineLog;
import dev.atex.testingfarm.api.TestingFarm;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex tf watch}: the log of a request as it grows, until the request has ended. */
final class TfWatchCommand extends TfCall {
    @Override
    public String name() {
        return "watch";
    }

    @Override
    public String summary() {
        return "Follow the log of a request until that has ended, as tail -f does.";
    }

    @Override
    void describeOwn(CommandSpec spec) {
        spec.addOption(Options.one(
                "DURATION", "How often to ask (default 30s; more often only a service of your own).", "--poll"));
        describeIds(spec, "1");
    }

    @Override
    Pace pace(ParseResult options) throws UsageException {
        return Pace.usual().withPoll(Options.duration("--poll", options.matchedOptionValue("--poll", "30s")));
    }

    @Override
    int call(TestingFarm farm, ParseResult options, Terminal terminal) throws ApiException, InterruptedException {
        FarmRequest now = farm.request(arguments(options).getFirst(), Deadline.never());
        try (OutputStream log = terminal.foreign()) {
            return follow(farm, now, terminal, bytes -> {
                try {
                    log.write(bytes, 0, bytes.length);
                    log.flush();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int follow(TestingFarm farm, FarmRequest first, Terminal terminal, Consumer<byte[]> show)
            throws ApiException, InterruptedException {
        FarmRequest now = first;
        Optional<PipelineLog> log = Optional.empty();
        while (true) {
            if (log.isEmpty()) {
                log = farm.log(now);
            }
            if (log.isPresent()) {
                log.get().read(show, Deadline.never());
            }
            if (!now.isAlive()) {
                terminal.err()
                        .println(terminal.shown("request " + now.id() + " has ended: " + now.state()
                                + now.summary().map(text -> ": " + text).orElse("")));
                return ExitCode.OK;
            }
            now = farm.next(now, Deadline.never());
        }
    }
}
