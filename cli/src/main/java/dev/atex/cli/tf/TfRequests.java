package dev.atex.cli.tf;

import dev.atex.cli.command.Table;
import dev.atex.cli.command.Terminal;
import dev.atex.testingfarm.api.FarmRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Prints requests. */
final class TfRequests {
    private TfRequests() {}

    static String run(FarmRequest request) {
        return request.tag("atex-run").orElse("");
    }

    static void print(List<FarmRequest> requests, boolean json, Terminal terminal) {
        if (json) {
            terminal.json(requests.stream().map(FarmRequest::json).toList());
            return;
        }
        if (requests.isEmpty()) {
            terminal.out().println("No requests.");
            return;
        }
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("ID", "STATE", "CREATED", "COMPOSE", "ARCH", "RUN"));
        for (FarmRequest request : requests) {
            lines.add(List.of(
                    terminal.shown(request.id()),
                    terminal.shown(request.state()),
                    terminal.shown(request.text("created").orElse("")),
                    terminal.shown(request.compose().orElse("")),
                    terminal.shown(request.arch().orElse("")),
                    terminal.shown(run(request))));
        }
        Table.print(lines, terminal);
    }

    static void print(FarmRequest request, Terminal terminal) {
        TfTimes times = TfTimes.of(request);
        line("id", Optional.of(request.id()), terminal);
        line("state", Optional.of(request.state()), terminal);
        line("result", request.overall(), terminal);
        line("summary", request.summary(), terminal);
        for (String note : request.notes()) {
            line("note", Optional.of(note), terminal);
        }
        line("created", request.text("created"), terminal);
        line("queued", times.queued().map(TfTimes::text), terminal);
        line("ran", times.ran().map(TfTimes::text), terminal);
        line("left", times.left().map(TfTimes::text), terminal);
        line("compose", request.compose(), terminal);
        line("arch", request.arch(), terminal);
        line("pool", request.pool(), terminal);
        line("test", request.text("test", "fmf", "name"), terminal);
        line("minutes", request.text("settings", "pipeline", "timeout"), terminal);
        line("run", Optional.of(run(request)), terminal);
        line("lease", request.tag("atex-lease"), terminal);
        line("page", request.userWebpage(), terminal);
        line("artifacts", request.artifacts(), terminal);
    }

    private static void line(String name, Optional<String> value, Terminal terminal) {
        if (value.isPresent() && !value.get().isEmpty()) {
            terminal.out().printf("%-10s %s%n", name + ":", terminal.shown(value.get()));
        }
    }
}
