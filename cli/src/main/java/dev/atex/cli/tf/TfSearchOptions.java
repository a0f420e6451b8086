package dev.atex.cli.tf;

import dev.atex.cli.command.Options;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.concurrent.Deadline;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.FarmRequest;
import dev.atex.testingfarm.api.Identity;
import dev.atex.testingfarm.api.Search;
import dev.atex.testingfarm.api.TestingFarm;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Which requests are looked for. */
final class TfSearchOptions {
    private static final String SINCE = "--since";
    private static final String BEFORE = "--before";

    private TfSearchOptions() {}

    static void describe(CommandSpec spec, String states) {
        spec.addOption(Options.many("STATE", "In this state (default: " + states + ").", "--state"));
        spec.addOption(Options.flag("Submitted with this very token, of all that are yours.", "--mine"));
        spec.addOption(Options.one("RANCH", "Of this ranch: public or redhat.", "--ranch"));
        spec.addOption(Options.one("ID", "Submitted with the token of this id.", "--token-id"));
        spec.addOption(Options.one("ID", "Submitted by the user of this id.", "--user-id"));
        spec.addOption(Options.one(
                "WHEN",
                "Submitted since then: a duration back from now (7d), or a time (2026-01-31T12:00:00, UTC).",
                SINCE));
        spec.addOption(Options.one("WHEN", "Submitted before then.", BEFORE));
    }

    static List<FarmRequest> find(
            TestingFarm farm, ParseResult options, Terminal terminal, List<String> states, Optional<Instant> since)
            throws ApiException, UsageException, InterruptedException {
        List<FarmRequest> found = new ArrayList<>();
        each(farm, options, terminal, states, since, found::add);
        return found;
    }

    /** Passes on all that match, each once, as they come. */
    static void each(
            TestingFarm farm,
            ParseResult options,
            Terminal terminal,
            List<String> states,
            Optional<Instant> since,
            Consumer<FarmRequest> to)
            throws ApiException, UsageException, InterruptedException {
        Optional<String> token = text(options, "--token-id");
        Optional<String> user = text(options, "--user-id");
        Optional<Identity> me = TfCall.sayWhose(farm, terminal);
        if (options.hasMatchedOption("--mine")) {
            if (me.isEmpty()) {
                throw new UsageException(
                        "--mine: which are yours is known by your token only: put it into the environment variable "
                                + TfCall.tokenEnv(options) + ", and leave --all out");
            }
            Identity self = me.get();
            token = Optional.of(self.tokenId());
            user = Optional.of(self.userId());
        }
        Optional<Instant> after = time(options, SINCE).or(() -> since);
        Optional<Instant> before = time(options, BEFORE);
        List<String> wanted = Options.all(options, "--state");
        Set<String> met = new HashSet<>(); // one that moves on meanwhile may come twice
        Predicate<FarmRequest> passing = request -> {
            if (met.add(request.id())) {
                to.accept(request);
            }
            return false; // whoever wants to keep it does
        };
        for (String state : wanted.isEmpty() ? states : wanted) {
            Search search =
                    new Search(state, text(options, "--ranch"), token, user, after, before).asOwner(me.isPresent());
            List<FarmRequest> _ = farm.search(search, passing, Deadline.never());
        }
    }

    private static Optional<String> text(ParseResult options, String name) {
        return Optional.ofNullable(options.matchedOptionValue(name, null));
    }

    private static Optional<Instant> time(ParseResult options, String name) throws UsageException {
        Optional<String> text = text(options, name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(LocalDateTime.parse(text.get()).toInstant(ZoneOffset.UTC));
        } catch (DateTimeParseException e) {
            return Optional.of(Instant.now().minus(Options.duration(name, text.get())));
        }
    }
}
