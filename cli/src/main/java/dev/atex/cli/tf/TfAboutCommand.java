package dev.atex.cli.tf;

import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.concurrent.Deadline;
import dev.atex.internal.json.Json;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.TestingFarm;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex tf about}: prints what the service reports about itself. */
final class TfAboutCommand extends TfCall {
    @Override
    public String name() {
        return "about";
    }

    @Override
    public String summary() {
        return "Show the version and other facts about the service.";
    }

    @Override
    Asker asker() {
        return Asker.ANYBODY;
    }

    @Override
    void describeOwn(CommandSpec spec) {
        JSON.addTo(spec);
    }

    @Override
    List<String> examples() {
        return List.of(
                "atex tf about                                        check that the service is up",
                "TESTING_FARM_API_URL=https://... atex tf about       check another service");
    }

    @Override
    int call(TestingFarm farm, ParseResult options, Terminal terminal)
            throws ApiException, UsageException, InterruptedException {
        Map<String, @Nullable Object> about = farm.about(Deadline.never());
        if (JSON.of(options)) {
            terminal.json(about);
        } else {
            about.forEach((name, value) -> terminal.out()
                    .println(terminal.shown(name + ": " + (value instanceof String text ? text : Json.write(value)))));
        }
        return ExitCode.OK;
    }
}
