package dev.atex.cli.tf;

import dev.atex.cli.command.Opt;
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

/** The options that select requests. */
final class TfSearchOptions {
    private static final Opt<Boolean> MINE = Opt.flag("Only requests that were submitted with this token.", "--mine");
    private static final Opt<Optional<String>> RANCH =
            Opt.one("RANCH", "Only requests of this ranch: public or redhat.", "--ranch");
    private static final Opt<Optional<String>> TOKEN_ID =
            Opt.one("ID", "Only requests that were submitted with the token with this id.", "--token-id");
    private static final Opt<Optional<String>> USER_ID =
            Opt.one("ID", "Only requests of the user with this id.", "--user-id");
    private static final Opt<Optional<Instant>> SINCE = Opt.one(
            "WHEN",
            "Only requests that were submitted since then: a duration back from now (7d), or a time"
                    + " (2026-01-31T12:00:00, UTC).",
            TfSearchOptions::time,
            "--since");
    private static final Opt<Optional<Instant>> BEFORE =
            Opt.one("WHEN", "Only requests that were submitted before then.", TfSearchOptions::time, "--before");

    private TfSearchOptions() {}

    private static Opt<List<String>> state(String states) {
        return Opt.many("STATE", "Only requests in this state (default: " + states + ").", "--state");
    }

    static void describe(CommandSpec spec, String states) {
        Opt.addAll(spec, state(states), MINE, RANCH, TOKEN_ID, USER_ID, SINCE, BEFORE);
    }

    /** Returns the states that were asked for; none if the user did not say. */
    static List<String> states(ParseResult options) throws UsageException {
        return state("").of(options);
    }

    static List<FarmRequest> find(
            TestingFarm farm, ParseResult options, Terminal terminal, List<String> states, Optional<Instant> since)
            throws ApiException, UsageException, InterruptedException {
        List<FarmRequest> found = new ArrayList<>();
        each(farm, options, terminal, states, since, found::add);
        return found;
    }

    /** Passes on all matching requests, each once, as they come. */
    static void each(
            TestingFarm farm,
            ParseResult options,
            Terminal terminal,
            List<String> states,
            Optional<Instant> since,
            Consumer<FarmRequest> to)
            throws ApiException, UsageException, InterruptedException {
        Optional<String> token = TOKEN_ID.of(options);
        Optional<String> user = USER_ID.of(options);
        Optional<Identity> me = TfCall.sayWhose(farm, terminal);
        if (MINE.of(options)) {
            if (me.isEmpty()) {
                throw new UsageException("--mine needs your token: set the environment variable "
                        + TfCall.tokenEnv(options) + ", and leave --all out");
            }
            Identity self = me.get();
            token = Optional.of(self.tokenId());
            user = Optional.of(self.userId());
        }
        Optional<Instant> after = SINCE.of(options).or(() -> since);
        Optional<Instant> before = BEFORE.of(options);
        List<String> wanted = states(options);
        Set<String> met = new HashSet<>(); // one that moves on meanwhile may come twice
        Predicate<FarmRequest> passing = request -> {
            if (met.add(request.id())) {
                to.accept(request);
            }
            return false; // whoever wants to keep it does
        };
        for (String state : wanted.isEmpty() ? states : wanted) {
            Search search = new Search(state, RANCH.of(options), token, user, after, before).asOwner(me.isPresent());
            List<FarmRequest> _ = farm.search(search, passing, Deadline.never());
        }
    }

    private static Instant time(String option, String text) throws UsageException {
        try {
            return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            return Instant.now().minus(Options.duration(option, text));
        }
    }
}
