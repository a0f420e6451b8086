package dev.atex.cli.tf;

import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.FarmRequest;
import dev.atex.testingfarm.api.TestingFarm;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex tf search}: finds requests. */
final class TfSearchCommand extends TfCall {
    @Override
    public String name() {
        return "search";
    }

    @Override
    public String summary() {
        return "Find requests: your own, or those of all users.";
    }

    @Override
    Asker asker() {
        return Asker.OWN_WITH_TOKEN;
    }

    @Override
    List<String> examples() {
        return List.of(
                "atex tf search                             your own that wait or run",
                "atex tf search --all --state queued        requests of all users that wait for a machine",
                "atex tf search --state error --since 7d --json | jq -r '.[].result.summary'");
    }

    @Override
    void describeOwn(CommandSpec spec) {
        TfSearchOptions.describe(spec, "new, queued, running");
        JSON.addTo(spec);
    }

    @Override
    int call(TestingFarm farm, ParseResult options, Terminal terminal)
            throws ApiException, UsageException, InterruptedException {
        List<FarmRequest> found = TfSearchOptions.find(farm, options, terminal, FarmRequest.ALIVE, Optional.empty());
        TfRequests.print(found, JSON.of(options), terminal);
        return ExitCode.OK;
    }
}
