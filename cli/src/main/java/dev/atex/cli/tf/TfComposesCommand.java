package dev.atex.cli.tf;

import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.concurrent.Deadline;
import dev.atex.internal.text.Suggestion;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.Compose;
import dev.atex.testingfarm.api.Endpoint;
import dev.atex.testingfarm.api.Identity;
import dev.atex.testingfarm.api.TestingFarm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex tf composes}: lists operating systems. */
final class TfComposesCommand extends TfCall {
    private static final int NOT_FOUND = 404;

    @Override
    public String name() {
        return "composes";
    }

    @Override
    public String summary() {
        return "List the operating systems of a ranch.";
    }

    @Override
    Asker asker() {
        return Asker.ANYBODY;
    }

    /** Returns {@code true}: the token has a ranch. */
    @Override
    boolean takesToken() {
        return true;
    }

    @Override
    void describeOwn(CommandSpec spec) {
        JSON.addTo(spec);
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("RANCH")
                .arity("0..1")
                .type(String.class)
                .description("public or redhat (default: that of the token; public without one).")
                .build());
        spec.usageMessage()
                .footer(
                        "",
                        "Lines that start with 'regex ' are patterns: you can ask for any name that matches the whole "
                                + "pattern.");
    }

    @Override
    List<String> examples() {
        return List.of("atex tf composes", "atex tf composes redhat --json", "atex tf composes public | grep CentOS");
    }

    @Override
    int call(TestingFarm farm, ParseResult options, Terminal terminal)
            throws ApiException, UsageException, InterruptedException {
        String given = options.matchedPositionalValue(0, "");
        String ranch = given.isEmpty() ? ranch(farm, options, terminal) : given;
        List<Compose> composes = offered(farm, ranch);
        if (JSON.of(options)) {
            terminal.json(composes.stream().map(TfComposesCommand::json).toList());
        } else {
            terminal.lines(composes.stream()
                    .map(compose -> (compose.isPattern() ? "regex " : "") + compose.name())
                    .toList());
        }
        return ExitCode.OK;
    }

    private static List<Compose> offered(TestingFarm farm, String ranch)
            throws ApiException, UsageException, InterruptedException {
        try {
            return farm.offered(ranch, Deadline.never());
        } catch (ApiException.UnexpectedStatus e) {
            if (e.status() == NOT_FOUND) {
                throw new UsageException(
                        "there is no ranch '" + ranch + "'" + Suggestion.among(ranch, List.of("public", "redhat")), e);
            }
            throw e;
        }
    }

    /** Returns the ranch of the token; public without one. */
    private static String ranch(TestingFarm anybody, ParseResult options, Terminal terminal)
            throws ApiException, UsageException, InterruptedException {
        Endpoint endpoint = endpoint(terminal.environment(), tokenEnv(options), false);
        if (endpoint.token().isEmpty()) {
            return Identity.PUBLIC;
        }
        try (TestingFarm farm = new TestingFarm(endpoint, anybody.pace(), notice -> complain(notice, terminal))) {
            return farm.whoami(Deadline.never()).ranch();
        }
    }

    private static Map<String, @Nullable Object> json(Compose compose) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("name", compose.name());
        object.put("type", compose.isPattern() ? "regex" : "compose");
        return object;
    }
}
