package dev.atex.cli;

import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.FarmRequest;
import dev.atex.testingfarm.api.TestingFarm;
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
        return "Find requests, of yours or of everybody.";
    }

    @Override
    void describeOwn(CommandSpec spec) {
        TfSearchOptions.describe(spec, "new, queued, running");
        describeJson(spec);
    }

    @Override
    int call(TestingFarm farm, ParseResult options, Terminal terminal)
            throws ApiException, UsageException, InterruptedException {
        TfRequests.print(
                TfSearchOptions.find(farm, options, FarmRequest.ALIVE, Optional.empty()),
                options.hasMatchedOption("--json"),
                terminal);
        return ExitCode.OK;
    }
}
