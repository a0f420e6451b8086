package dev.atex.cli.tf;

import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.concurrent.Deadline;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.FarmRequest;
import dev.atex.testingfarm.api.TestingFarm;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex tf request}: prints a request. */
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
    Asker asker() {
        return Asker.ANYBODY;
    }

    @Override
    void describeOwn(CommandSpec spec) {
        JSON.addTo(spec);
        describeIds(spec, "1");
    }

    @Override
    List<String> examples() {
        return List.of(
                "atex tf request 0b7a1c9e-3f0d-4c55-9d0e-2f7f3c1f6a11",
                "atex tf request https://artifacts.dev.testing-farm.io/0b7a1c9e-3f0d-4c55-9d0e-2f7f3c1f6a11 --json");
    }

    @Override
    int call(TestingFarm farm, ParseResult options, Terminal terminal)
            throws ApiException, UsageException, InterruptedException {
        FarmRequest request = farm.request(id(arguments(options).getFirst()), Deadline.never());
        if (JSON.of(options)) {
            terminal.json(request.json());
        } else {
            TfRequests.print(request, terminal);
        }
        return ExitCode.OK;
    }
}
