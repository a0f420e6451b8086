package dev.atex.cli.tf;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.log.Secrets;
import dev.atex.cli.view.Printable;
import dev.atex.concurrent.Deadline;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.Endpoint;
import dev.atex.testingfarm.api.Identity;
import dev.atex.testingfarm.api.Pace;
import dev.atex.testingfarm.api.RequestId;
import dev.atex.testingfarm.api.TestingFarm;
import dev.atex.testingfarm.api.Token;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** A command that asks Testing Farm. */
abstract class TfCall implements Command {
    static final Opt<Boolean> JSON = Opt.flag("Print JSON.", "--json");
    static final Opt<Optional<String>> TOKEN_ENV = Opt.one(
            "NAME",
            "The environment variable that has the token (default " + Token.VARIABLE
                    + "). Each token is for one ranch.",
            "--token-env");

    private static final Opt<Boolean> ALL = Opt.flag("Show the requests of all users: ask without the token.", "--all");

    private final Opt<Optional<Duration>> retry = Opt.one(
            "DURATION",
            "How long to retry while the service is down (default " + patience() + ").",
            Options::duration,
            "--retry");

    /** Whether a command needs a token. */
    enum Asker {
        /** No token is sent. */
        ANYBODY,
        /** With a token, the answer is about the user's own requests. */
        OWN_WITH_TOKEN,
        /** A token is required. */
        KNOWN
    }

    /** Does the work, and returns the exit code. */
    abstract int call(TestingFarm farm, ParseResult options, Terminal terminal)
            throws ApiException, UsageException, InterruptedException;

    /** Adds the options of this command. */
    abstract void describeOwn(CommandSpec spec);

    /** Returns examples for the help. */
    abstract List<String> examples();

    /** Returns whether a token is needed. */
    abstract Asker asker();

    /** Returns whether a token has an effect. */
    boolean takesToken() {
        return asker() != Asker.ANYBODY;
    }

    /** Returns the default of {@code --retry}. */
    String patience() {
        return "10m";
    }

    @Override
    public final void describe(CommandSpec spec) {
        describeOwn(spec);
        if (asker() == Asker.OWN_WITH_TOKEN) {
            ALL.addTo(spec);
        }
        if (takesToken()) {
            TOKEN_ENV.addTo(spec);
        }
        retry.addTo(spec);
        List<String> footer = new ArrayList<>(List.of(spec.usageMessage().footer()));
        footer.add("");
        footer.addAll(
                switch (asker()) {
                    case ANYBODY -> List.of("Needs no token.");
                    case OWN_WITH_TOKEN ->
                        List.of("With a token (" + Token.VARIABLE
                                + "), shows your own requests in the ranch of the token. Without one, or with " + ALL
                                + ", shows the requests of all users.");
                    case KNOWN ->
                        List.of("Needs a token, in " + Token.VARIABLE + " or in the variable that " + TOKEN_ENV
                                + " names.");
                });
        footer.add("");
        footer.add("Examples:");
        examples().forEach(example -> footer.add("  " + example.replace("%", "%%")));
        spec.usageMessage().footer(footer.toArray(String[]::new));
    }

    @Override
    public Map<String, String> exitCodes() {
        Map<String, String> codes = ExitCode.ofPlainCommands();
        codes.put("2", "usage error, wrong token or wrong id: the message says what is wrong");
        codes.put("3", "the service is down, or the request failed");
        return codes;
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException, InterruptedException {
        Duration patience = retry.of(options).orElse(Options.duration(retry.name(), patience()));
        String variable = takesToken() ? tokenEnv(options) : Token.VARIABLE;
        boolean isGiven = takesToken() && TOKEN_ENV.isGiven(options);
        Map<String, String> environment = new HashMap<>(terminal.environment());
        Secrets.hide(variable, environment.getOrDefault(variable, ""));
        Endpoint endpoint = endpoint(environment, variable, asker() == Asker.KNOWN || isGiven);
        if (asker() == Asker.ANYBODY || isForAll(options)) {
            environment.remove(variable);
            endpoint = endpoint(environment, variable, false);
        }
        try (TestingFarm farm =
                new TestingFarm(endpoint, pace(options).withPatience(patience), notice -> complain(notice, terminal))) {
            return call(farm, options, terminal);
        } catch (ApiException e) {
            if (e.isUsersMistake()) {
                throw new UsageException(String.valueOf(e.getMessage()), e);
            }
            complain(String.valueOf(e.getMessage()), terminal);
            return ExitCode.INFRASTRUCTURE;
        }
    }

    private boolean isForAll(ParseResult options) throws UsageException {
        return asker() == Asker.OWN_WITH_TOKEN && ALL.of(options);
    }

    /** Prints on standard error whose requests the answer is about; returns the user if they are his own. */
    static Optional<Identity> sayWhose(TestingFarm farm, Terminal terminal) throws ApiException, InterruptedException {
        if (farm.endpoint().token().isEmpty()) {
            return Optional.empty();
        }
        Identity me = farm.whoami(Deadline.never());
        complain("requests of user " + me.userId() + "; " + ALL + " shows those of all users", terminal);
        return Optional.of(me);
    }

    /** Returns how often the service is asked. */
    Pace pace(ParseResult options) throws UsageException {
        return Pace.usual();
    }

    /** Returns the name of the environment variable with the token. */
    static String tokenEnv(ParseResult options) throws UsageException {
        String given = TOKEN_ENV.of(options).orElse(Token.VARIABLE);
        try {
            return Token.variable(given);
        } catch (IllegalArgumentException e) {
            throw new UsageException(TOKEN_ENV + ": " + e.getMessage(), e);
        }
    }

    static Endpoint endpoint(Map<String, String> environment, String variable, boolean needsToken)
            throws UsageException {
        Endpoint endpoint;
        try {
            endpoint = Endpoint.of(environment, Optional.empty(), variable);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
        if (needsToken && endpoint.token().isEmpty()) {
            throw new UsageException("there is no token; set the environment variable " + variable);
        }
        return endpoint;
    }

    static void complain(String text, Terminal terminal) {
        terminal.err().println("atex: " + Printable.lines(text));
    }

    /** Adds arguments for requests. */
    static void describeIds(CommandSpec spec, String arity) {
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("ID")
                .arity(arity)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .description("Id of a request, or the URL of its artifacts.")
                .build());
    }

    static List<String> arguments(ParseResult options) {
        return options.matchedPositionalValue(0, List.of());
    }

    /** Returns the id in an argument. */
    static String id(String argument) throws UsageException {
        try {
            return RequestId.of(argument);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }
}
