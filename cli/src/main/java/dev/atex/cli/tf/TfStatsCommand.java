package dev.atex.cli.tf;

import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Table;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.state.Percentiles;
import dev.atex.cli.state.WaitMemory;
import dev.atex.lease.ledger.StateDirectory;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.FarmRequest;
import dev.atex.testingfarm.api.TestingFarm;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex tf stats}: counts requests, and shows how long they waited. */
final class TfStatsCommand extends TfCall {
    private static final List<String> STATES = List.of("new", "queued", "running", "complete", "error", "canceled");

    @Override
    public String name() {
        return "stats";
    }

    @Override
    public String summary() {
        return "Count requests by compose, architecture and state, and show how long they waited.";
    }

    @Override
    Asker asker() {
        return Asker.OWN_WITH_TOKEN;
    }

    @Override
    void describeOwn(CommandSpec spec) {
        TfSearchOptions.describe(spec, String.join(", ", STATES));
        JSON.addTo(spec);
        spec.usageMessage()
                .footer(
                        "",
                        "Default for --since: the last day. QUEUE is how long requests that ran had waited. BOOT is how "
                                + "long machines took from then until login was possible, in your own runs on this host. Both are "
                                + "medians; in parentheses the 10th and 90th percentile; after x the number of requests.");
    }

    @Override
    List<String> examples() {
        return List.of(
                "atex tf stats --all                        requests of all users",
                "atex tf stats --since 7d                   your own of the last week",
                "atex tf stats --all --json | jq '.[] | select(.compose == \"Fedora-42\").queue.median'");
    }

    /** The requests for one compose and architecture. */
    private static final class Group {
        final Map<String, Integer> counts = new LinkedHashMap<>();
        final Percentiles queued = new Percentiles();
    }

    @Override
    int call(TestingFarm farm, ParseResult options, Terminal terminal)
            throws ApiException, UsageException, InterruptedException {
        Instant yesterday = Instant.now().minus(Duration.ofDays(1));
        List<String> given = TfSearchOptions.states(options);
        List<String> states = given.isEmpty() ? STATES : given;
        WaitMemory memory = WaitMemory.read(StateDirectory.of(terminal.environment()));
        Map<WaitMemory.Kind, Group> groups = new TreeMap<>();
        TfSearchOptions.each(farm, options, terminal, STATES, Optional.of(yesterday), request -> {
            Group group = groups.computeIfAbsent(kind(request), _ -> new Group());
            group.counts.merge(request.state(), 1, Integer::sum);
            request.queuedTime().ifPresent(group.queued::add);
        });
        if (JSON.of(options)) {
            List<Map<String, @Nullable Object>> all = new ArrayList<>();
            groups.forEach((kind, group) -> all.add(json(kind, group, memory.boots(kind))));
            terminal.json(all);
            return ExitCode.OK;
        }
        List<List<String>> lines = new ArrayList<>();
        List<String> titles = new ArrayList<>(List.of("COMPOSE", "ARCH"));
        states.forEach(state -> titles.add(terminal.shown(state.toUpperCase(Locale.ROOT))));
        titles.addAll(List.of("QUEUE", "BOOT"));
        lines.add(titles);
        groups.forEach((kind, group) -> {
            List<String> line = new ArrayList<>(List.of(terminal.shown(kind.compose()), terminal.shown(kind.arch())));
            states.forEach(state -> line.add(Integer.toString(group.counts.getOrDefault(state, 0))));
            line.add(text(group.queued));
            line.add(text(memory.boots(kind)));
            lines.add(line);
        });
        Table.print(lines, terminal);
        return ExitCode.OK;
    }

    private static WaitMemory.Kind kind(FarmRequest request) {
        return new WaitMemory.Kind(request.compose().orElse(""), request.arch().orElse(""));
    }

    private static String text(Percentiles times) {
        return times.isEmpty()
                ? "-"
                : TfTimes.text(times.share(0.5)) + " (" + TfTimes.text(times.share(0.1)) + "-"
                        + TfTimes.text(times.share(0.9)) + ") x" + times.count();
    }

    private static Map<String, @Nullable Object> json(WaitMemory.Kind kind, Group group, Percentiles boots) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("compose", kind.compose());
        object.put("arch", kind.arch());
        object.put("states", group.counts);
        object.put("queue", json(group.queued));
        object.put("boot", json(boots));
        return object;
    }

    private static @Nullable Object json(Percentiles times) {
        if (times.isEmpty()) {
            return null;
        }
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("count", times.count());
        object.put("p10", times.share(0.1).toSeconds());
        object.put("median", times.share(0.5).toSeconds());
        object.put("p90", times.share(0.9).toSeconds());
        return object;
    }
}
