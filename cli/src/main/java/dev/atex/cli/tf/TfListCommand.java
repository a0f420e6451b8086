package dev.atex.cli.tf;

import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Table;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.state.RunLeases;
import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.lease.ledger.Ledgers;
import dev.atex.lease.ledger.StateDirectory;
import dev.atex.testingfarm.Guest;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.FarmRequest;
import dev.atex.testingfarm.api.TestingFarm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex tf list}: lists reserved machines, and the runs that they are for. */
final class TfListCommand extends TfCall {
    private static final Opt<Boolean> LOGIN = Opt.flag(
            "Look up the machine of each running request in its log; without it, only those of requests for runs of atex.",
            "--login");

    /** How long to wait for logs; without its log, a machine has no login. */
    private static final Duration LONGEST_LOGS = Duration.ofSeconds(30);

    @Override
    public String name() {
        return "list";
    }

    @Override
    public String summary() {
        return "List your requests: state, times, machine, and the run that each is for.";
    }

    @Override
    Asker asker() {
        return Asker.OWN_WITH_TOKEN;
    }

    @Override
    void describeOwn(CommandSpec spec) {
        TfSearchOptions.describe(spec, "new, queued, running");
        LOGIN.addTo(spec);
        JSON.addTo(spec);
        spec.usageMessage()
                .footer(
                        "",
                        "AGE counts from the submission; QUEUED and RAN are as the service reports them, or until now; "
                                + "LEFT is the time until the service ends the request, counted from when it started to run. RUN "
                                + "is the run of atex that it is for: 'here' if that is running on this host, 'ended' if it ran "
                                + "on this host and left its machine, empty if it is not a run of yours on this host.");
    }

    @Override
    List<String> examples() {
        return List.of(
                "atex tf list                               your own that wait or run",
                "atex tf list --login                       with the machine of each",
                "atex tf list --all --state running         running requests of all users",
                "atex tf list --json | jq -r '.[] | select(.holder == \"ended\").id' | xargs atex tf cancel");
    }

    /** A request, and what this host knows about it. */
    private record Row(FarmRequest request, TfTimes times, String holder, Optional<String> login) {}

    @Override
    int call(TestingFarm farm, ParseResult options, Terminal terminal)
            throws ApiException, UsageException, InterruptedException {
        List<FarmRequest> found = TfSearchOptions.find(farm, options, terminal, FarmRequest.ALIVE, Optional.empty());
        List<Ledgers.Run> ledgers = RunLeases.ledgers(StateDirectory.of(terminal.environment()));
        Map<String, String> logins = logins(farm, found, LOGIN.of(options));
        List<Row> rows = found.stream()
                .map(request -> new Row(
                        request,
                        TfTimes.of(request),
                        holder(TfRequests.run(request), ledgers),
                        Optional.ofNullable(logins.get(request.id()))))
                .toList();
        if (JSON.of(options)) {
            terminal.json(rows.stream().map(TfListCommand::json).toList());
        } else if (rows.isEmpty()) {
            terminal.out().println("No requests.");
        } else {
            table(rows, terminal);
        }
        return ExitCode.OK;
    }

    /** Returns {@code here}, {@code ended}, or an empty text if the run is not one of this user's on this host. */
    private static String holder(String run, List<Ledgers.Run> ledgers) {
        List<Ledgers.Run> known = ledgers.stream()
                .filter(ledger -> !run.isEmpty() && RunLeases.belongs(ledger.run(), run))
                .toList();
        if (known.isEmpty()) {
            return "";
        }
        return known.stream().anyMatch(Ledgers.Run::alive) ? "here" : "ended";
    }

    private static Map<String, String> logins(TestingFarm farm, List<FarmRequest> requests, boolean all)
            throws InterruptedException {
        Map<String, String> logins = new HashMap<>();
        Deadline deadline = Deadline.after(LONGEST_LOGS);
        try (TaskScope scope = TaskScope.open("logs")) {
            Map<String, TaskScope.Task<Optional<String>>> tasks = new LinkedHashMap<>();
            for (FarmRequest request : requests) {
                if (request.isRunning() && (all || !TfRequests.run(request).isEmpty())) {
                    tasks.put(request.id(), scope.fork(request.id(), () -> Guest.login(farm, request, deadline)));
                }
            }
            for (Map.Entry<String, TaskScope.Task<Optional<String>>> task : tasks.entrySet()) {
                try {
                    task.getValue().join(deadline).ifPresent(login -> logins.put(task.getKey(), login));
                } catch (ExecutionException | TimeoutException e) {
                    // the rest of what is known is worth showing
                }
            }
        }
        return logins;
    }

    private static Map<String, @Nullable Object> json(Row row) {
        FarmRequest request = row.request();
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("id", request.id());
        object.put("state", request.state());
        object.put("created", request.text("created").orElse(null));
        object.put("age", seconds(row.times().age()));
        object.put("queued", seconds(row.times().queued()));
        object.put("ran", seconds(row.times().ran()));
        object.put("left", seconds(row.times().left()));
        object.put("compose", request.compose().orElse(null));
        object.put("arch", request.arch().orElse(null));
        object.put("login", row.login().orElse(null));
        object.put("run", request.tag("atex-run").orElse(null));
        object.put("lease", request.tag("atex-lease").orElse(null));
        object.put("holder", row.holder().isEmpty() ? null : row.holder());
        object.put("artifacts", request.artifacts().orElse(null));
        return object;
    }

    private static @Nullable Object seconds(Optional<Duration> time) {
        return time.map(Duration::toSeconds).orElse(null);
    }

    private static void table(List<Row> rows, Terminal terminal) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("ID", "STATE", "AGE", "QUEUED", "RAN", "LEFT", "COMPOSE", "ARCH", "LOGIN", "RUN"));
        for (Row row : rows) {
            String run = TfRequests.run(row.request());
            lines.add(List.of(
                    terminal.shown(row.request().id()),
                    terminal.shown(row.request().state()),
                    text(row.times().age()),
                    text(row.times().queued()),
                    text(row.times().ran()),
                    text(row.times().left()),
                    terminal.shown(row.request().compose().orElse("")),
                    terminal.shown(row.request().arch().orElse("")),
                    terminal.shown(row.login().orElse("")),
                    terminal.shown(run) + (row.holder().isEmpty() ? "" : " (" + row.holder() + ")")));
        }
        Table.print(lines, terminal);
    }

    private static String text(Optional<Duration> time) {
        return time.map(TfTimes::text).orElse("");
    }
}
