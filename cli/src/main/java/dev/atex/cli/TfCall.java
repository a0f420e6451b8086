package dev.atex.cli;

import dev.atex.cli.view.Printable;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.Endpoint;
import dev.atex.testingfarm.api.Pace;
import dev.atex.testingfarm.api.TestingFarm;
import dev.atex.testingfarm.api.Token;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** A command that asks Testing Farm. */
abstract class TfCall implements Command {
    private static final String RETRY = "--retry";
    private static final String PATIENCE = "10m";

    /** What the command does with the service. */
    abstract int call(TestingFarm farm, ParseResult options, Terminal terminal)
            throws ApiException, UsageException, InterruptedException;

    /** Options of this command. */
    abstract void describeOwn(CommandSpec spec);

    /** Whether the service answers only those whom it knows. */
    boolean needsToken() {
        return true;
    }

    @Override
    public final void describe(CommandSpec spec) {
        describeOwn(spec);
        spec.addOption(Options.one(
                "DURATION", "How long a service that is down is asked again (default " + PATIENCE + ").", RETRY));
    }

    @Override
    public Map<String, String> exitCodes() {
        Map<String, String> codes = ExitCode.ofPlainCommands();
        codes.put("3", "the service is down, or did not do what it was asked");
        return codes;
    }

    @Override
    public int run(ParseResult options, Terminal terminal) throws UsageException, InterruptedException {
        Duration patience = Options.duration(RETRY, options.matchedOptionValue(RETRY, PATIENCE));
        try (TestingFarm farm = new TestingFarm(
                endpoint(terminal.environment(), needsToken()),
                pace(options).withPatience(patience),
                notice -> complain(notice, terminal))) {
            return call(farm, options, terminal);
        } catch (ApiException.Unauthorized e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        } catch (ApiException e) {
            complain(String.valueOf(e.getMessage()), terminal);
            return ExitCode.INFRASTRUCTURE;
        }
    }

    /** How often the service is asked. */
    Pace pace(ParseResult options) throws UsageException {
        return Pace.usual();
    }

    static Endpoint endpoint(Map<String, String> environment, boolean needsToken) throws UsageException {
        Endpoint endpoint;
        try {
            endpoint = Endpoint.of(environment, Optional.empty());
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
        if (needsToken && endpoint.token().isEmpty()) {
            throw new UsageException("there is no token: put one into the environment variable " + Token.VARIABLE);
        }
        return endpoint;
    }

    static void complain(String text, Terminal terminal) {
        terminal.err().println("atex: " + Printable.lines(text));
    }

    static void describeJson(CommandSpec spec) {
        spec.addOption(Options.flag("Print JSON.", "--json"));
    }

    /** Ids of requests, as arguments. */
    static void describeIds(CommandSpec spec, String arity) {
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("ID")
                .arity(arity)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .description("Id of a request.")
                .build());
    }

    static List<String> arguments(ParseResult options) {
        return options.matchedPositionalValue(0, List.of());
    }
}
