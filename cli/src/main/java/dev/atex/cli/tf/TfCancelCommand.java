package dev.atex.cli.tf;

import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.FarmRequest;
import dev.atex.testingfarm.api.Identity;
import dev.atex.testingfarm.api.Search;
import dev.atex.testingfarm.api.TestingFarm;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex tf cancel}: cancels requests. */
final class TfCancelCommand extends TfCall {
    private static final Opt<Boolean> MINE = Opt.flag(
            "Cancel all waiting and running requests that were submitted with this token, also from other hosts.",
            "--mine");

    @Override
    public String name() {
        return "cancel";
    }

    @Override
    public String summary() {
        return "Cancel requests, and wait until the service confirms it.";
    }

    @Override
    Asker asker() {
        return Asker.KNOWN;
    }

    @Override
    List<String> examples() {
        return List.of(
                "atex tf cancel 0b7a1c9e-3f0d-4c55-9d0e-2f7f3c1f6a11",
                "atex tf cancel --mine                     cancel all requests of this token");
    }

    @Override
    void describeOwn(CommandSpec spec) {
        MINE.addTo(spec);
        describeIds(spec, "0..*");
    }

    @Override
    int call(TestingFarm farm, ParseResult options, Terminal terminal)
            throws ApiException, UsageException, InterruptedException {
        Set<String> ids = new LinkedHashSet<>();
        for (String argument : arguments(options)) {
            ids.add(id(argument));
        }
        boolean mine = MINE.of(options);
        if (mine == !ids.isEmpty()) {
            throw new UsageException("atex tf cancel: give ids of requests, or --mine for all of yours");
        }
        Identity me = farm.whoami(Deadline.never()); // reads do not say that a token is wrong
        if (mine) {
            for (String state : FarmRequest.ALIVE) {
                farm.search(Search.own(state, me), Deadline.never()).forEach(request -> ids.add(request.id()));
            }
        }
        int code = ExitCode.OK;
        try (TaskScope scope = TaskScope.open("cancel")) {
            List<TaskScope.Task<String>> tasks = new ArrayList<>();
            for (String id : ids) {
                tasks.add(scope.fork(id, () -> cancel(farm, id)));
            }
            int next = 0;
            for (String id : ids) {
                try {
                    String outcome = tasks.get(next++).join(Deadline.never());
                    terminal.out().println(terminal.shown(outcome));
                } catch (ExecutionException | TimeoutException e) {
                    Throwable cause = e.getCause() == null ? e : e.getCause();
                    complain("not cancelled: " + id + ": " + cause.getMessage(), terminal);
                    code = ExitCode.INFRASTRUCTURE;
                }
            }
        }
        return code;
    }

    /** Cancels a request; an unknown id is an error. */
    private static String cancel(TestingFarm farm, String id) throws ApiException, InterruptedException {
        FarmRequest request = farm.request(id, Deadline.never());
        if (!request.isAlive()) {
            return id + " had ended: " + request.state();
        }
        farm.cancel(id, Deadline.never());
        return "cancelled " + id;
    }
}
