package dev.atex.cli;

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
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Which requests are looked for. */
final class TfSearchOptions {
    private static final String SINCE = "--since";
    private static final String BEFORE = "--before";

    private TfSearchOptions() {}

    static void describe(CommandSpec spec, String states) {
        spec.addOption(Options.many("STATE", "In this state (default: " + states + ").", "--state"));
        spec.addOption(Options.flag("Submitted with this token.", "--mine"));
        spec.addOption(Options.one("RANCH", "Of this ranch: public or redhat.", "--ranch"));
        spec.addOption(Options.one("ID", "Submitted with the token of this id.", "--token-id"));
        spec.addOption(Options.one("ID", "Submitted by the user of this id.", "--user-id"));
        spec.addOption(Options.one(
                "WHEN",
                "Submitted since then: a duration back from now (7d), or a time (2026-01-31T12:00:00, UTC).",
                SINCE));
        spec.addOption(Options.one("WHEN", "Submitted before then.", BEFORE));
    }

    static List<FarmRequest> find(TestingFarm farm, ParseResult options, List<String> states, Optional<Instant> since)
            throws ApiException, UsageException, InterruptedException {
        Optional<String> token = text(options, "--token-id");
        Optional<String> user = text(options, "--user-id");
        if (options.hasMatchedOption("--mine")) {
            Identity me = farm.whoami(Deadline.never());
            token = Optional.of(me.tokenId());
            user = Optional.of(me.userId());
        }
        Optional<Instant> after = time(options, SINCE).or(() -> since);
        Optional<Instant> before = time(options, BEFORE);
        List<String> wanted = Options.all(options, "--state");
        List<FarmRequest> found = new ArrayList<>();
        for (String state : wanted.isEmpty() ? states : wanted) {
            found.addAll(farm.search(
                    new Search(state, text(options, "--ranch"), token, user, after, before), Deadline.never()));
        }
        return found;
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
