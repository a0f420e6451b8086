package dev.atex.cli;

import dev.atex.concurrent.Deadline;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.FarmRequest;
import dev.atex.testingfarm.api.TestingFarm;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex tf request}: what there is to know about a request. */
final class TfRequestCommand extends TfCall {
    @Override
    public String name() {
        return "request";
    }

    @Override
    public String summary() {
        return "Show a request.";
    }

    @Override
    void describeOwn(CommandSpec spec) {
        describeJson(spec);
        describeIds(spec, "1");
    }

    @Override
    int call(TestingFarm farm, ParseResult options, Terminal terminal) throws ApiException, InterruptedException {
        FarmRequest request = farm.request(arguments(options).getFirst(), Deadline.never());
        if (options.hasMatchedOption("--json")) {
            terminal.json(request.json());
        } else {
            TfRequests.print(request, terminal);
        }
        return ExitCode.OK;
    }
}
