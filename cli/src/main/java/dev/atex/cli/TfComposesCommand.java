package dev.atex.cli;

import dev.atex.concurrent.Deadline;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.TestingFarm;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex tf composes}: which operating systems there are. */
final class TfComposesCommand extends TfCall {
    @Override
    public String name() {
        return "composes";
    }

    @Override
    public String summary() {
        return "List the operating systems of a ranch.";
    }

    @Override
    void describeOwn(CommandSpec spec) {
        describeJson(spec);
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("RANCH")
                .arity("0..1")
                .type(String.class)
                .description("public or redhat (default: that of the token).")
                .build());
    }

    @Override
    int call(TestingFarm farm, ParseResult options, Terminal terminal) throws ApiException, InterruptedException {
        String given = options.matchedPositionalValue(0, "");
        String ranch = given.isEmpty() ? farm.whoami(Deadline.never()).ranch() : given;
        List<String> composes = farm.composes(ranch, Deadline.never());
        if (options.hasMatchedOption("--json")) {
            terminal.json(composes);
        } else {
            terminal.lines(composes);
        }
        return ExitCode.OK;
    }
}
