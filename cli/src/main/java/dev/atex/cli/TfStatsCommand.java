package dev.atex.cli;

import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.FarmRequest;
import dev.atex.testingfarm.api.TestingFarm;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex tf stats}: how many requests there are. */
final class TfStatsCommand extends TfCall {
    private static final List<String> STATES = List.of("new", "queued", "running", "complete", "error", "canceled");

    @Override
    public String name() {
        return "stats";
    }

    @Override
    public String summary() {
        return "Count requests by compose and state.";
    }

    @Override
    void describeOwn(CommandSpec spec) {
        TfSearchOptions.describe(spec, String.join(", ", STATES));
        describeJson(spec);
        spec.usageMessage().footer("", "Without --since: those of the last day.");
    }

    @Override
    int call(TestingFarm farm, ParseResult options, Terminal terminal)
            throws ApiException, UsageException, InterruptedException {
        Instant yesterday = Instant.now().minus(Duration.ofDays(1));
        List<String> given = Options.all(options, "--state");
        List<String> states = given.isEmpty() ? STATES : given;
        Map<String, Map<String, Integer>> counts = new TreeMap<>();
        for (FarmRequest request : TfSearchOptions.find(farm, options, STATES, Optional.of(yesterday))) {
            counts.computeIfAbsent(TfRequests.compose(request), _ -> new LinkedHashMap<>())
                    .merge(request.state(), 1, Integer::sum);
        }
        if (options.hasMatchedOption("--json")) {
            terminal.json(counts);
            return ExitCode.OK;
        }
        List<List<String>> lines = new ArrayList<>();
        List<String> titles = new ArrayList<>(List.of("COMPOSE"));
        titles.addAll(
                states.stream().map(String::toUpperCase).map(terminal::shown).toList());
        lines.add(titles);
        counts.forEach((compose, byState) -> {
            List<String> line = new ArrayList<>(List.of(terminal.shown(compose)));
            states.forEach(state -> line.add(Integer.toString(byState.getOrDefault(state, 0))));
            lines.add(line);
        });
        Table.print(lines, terminal);
        return ExitCode.OK;
    }
}
