package dev.atex.cli.tf;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ExitCode;
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
    private static final String RETRY = "--retry";
    private static final String ALL = "--all";
    static final String TOKEN_ENV = "--token-env";

    /** Which commands need to know who asks. */
    enum Asker {
        /** The service answers everybody: no token is sent. */
        ANYBODY,
        /** With a token the answer is about one's own requests. */
        OWN_WITH_TOKEN,
        /** There must be a token. */
        KNOWN
    }

    /** What the command does with the service. */
    abstract int call(TestingFarm farm, ParseResult options, Terminal terminal)
            throws ApiException, UsageException, InterruptedException;

    /** Options of this command. */
    abstract void describeOwn(CommandSpec spec);

    /** Command lines with what they do, for the help. */
    abstract List<String> examples();

    /** Who may ask. */
    abstract Asker asker();

    /** Whether a token can be of use. */
    boolean takesToken() {
        return asker() != Asker.ANYBODY;
    }

    /** How long a service that is down is asked again, if the user does not say. */
    String patience() {
        return "10m";
    }

    @Override
    public final void describe(CommandSpec spec) {
        describeOwn(spec);
        if (asker() == Asker.OWN_WITH_TOKEN) {
            spec.addOption(Options.flag("Everybody's: ask without the token.", ALL));
        }
        if (takesToken()) {
            describeTokenEnv(spec);
        }
        spec.addOption(Options.one(
                "DURATION", "How long a service that is down is asked again (default " + patience() + ").", RETRY));
        List<String> footer = new ArrayList<>(List.of(spec.usageMessage().footer()));
        footer.add("");
        footer.addAll(
                switch (asker()) {
                    case ANYBODY -> List.of("It needs no token.");
                    case OWN_WITH_TOKEN ->
                        List.of(
                                "With a token (" + Token.VARIABLE
                                        + ") the service tells of your own requests only, in the",
                                "ranch that it is for; without one, or with " + ALL + ", of everybody's.");
                    case KNOWN ->
                        List.of("It needs a token, in " + Token.VARIABLE + " or where " + TOKEN_ENV + " says.");
                });
        footer.add("");
        footer.add("Examples:");
        examples().forEach(example -> footer.add("  " + example.replace("%", "%%")));
        spec.usageMessage().footer(footer.toArray(String[]::new));
    }

    @Override
    public Map<String, String> exitCodes() {
        Map<String, String> codes = ExitCode.ofPlainCommands();
        codes.put("2", "usage, a wrong token or id: the message says what is wrong");
        codes.put("3", "the service is down, or did not do what it was asked");
        return codes;
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException, InterruptedException {
        Duration patience = Options.duration(RETRY, options.matchedOptionValue(RETRY, patience()));
        String variable = takesToken() ? tokenEnv(options) : Token.VARIABLE;
        boolean isGiven = takesToken() && options.hasMatchedOption(TOKEN_ENV);
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

    private boolean isForAll(ParseResult options) {
        return asker() == Asker.OWN_WITH_TOKEN && options.hasMatchedOption(ALL);
    }

    /** Says on standard error, once, whose requests the answer is about; tells who it is if they are one's own. */
    static Optional<Identity> sayWhose(TestingFarm farm, Terminal terminal) throws ApiException, InterruptedException {
        if (farm.endpoint().token().isEmpty()) {
            return Optional.empty();
        }
        Identity me = farm.whoami(Deadline.never());
        complain("your own requests (user " + me.userId() + "); with " + ALL + " everybody's", terminal);
        return Optional.of(me);
    }

    /** How often the service is asked. */
    Pace pace(ParseResult options) throws UsageException {
        return Pace.usual();
    }

    /** The option that names the environment variable with the token. */
    static void describeTokenEnv(CommandSpec spec) {
        spec.addOption(Options.one(
                "NAME",
                "The environment variable that has the token (default " + Token.VARIABLE
                        + "): each token is for one ranch.",
                TOKEN_ENV));
    }

    /** Its value. */
    static String tokenEnv(ParseResult options) throws UsageException {
        String given = options.matchedOptionValue(TOKEN_ENV, Token.VARIABLE);
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
            throw new UsageException("there is no token: put one into the environment variable " + variable);
        }
        return endpoint;
    }

    static void complain(String text, Terminal terminal) {
        terminal.err().println("atex: " + Printable.lines(text));
    }

    static void describeJson(CommandSpec spec) {
        spec.addOption(Options.flag("Print JSON.", "--json"));
    }

    /** Requests, as arguments. */
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

    /** The id that an argument has. */
    static String id(String argument) throws UsageException {
        try {
            return RequestId.of(argument);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }
}
