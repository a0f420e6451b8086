package dev.atex.cli.tf;

import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.concurrent.Deadline;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.Identity;
import dev.atex.testingfarm.api.TestingFarm;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex tf whoami}: prints the owner of the token. */
final class TfWhoamiCommand extends TfCall {
    @Override
    public String name() {
        return "whoami";
    }

    @Override
    public String summary() {
        return "Show the owner and the ranch of the token.";
    }

    @Override
    Asker asker() {
        return Asker.KNOWN;
    }

    @Override
    void describeOwn(CommandSpec spec) {
        JSON.addTo(spec);
    }

    @Override
    List<String> examples() {
        return List.of(
                "atex tf whoami                            check the token",
                "atex tf whoami --json | jq -r .user.id    the user id, for 'atex tf search'");
    }

    @Override
    int call(TestingFarm farm, ParseResult options, Terminal terminal)
            throws ApiException, UsageException, InterruptedException {
        Identity me = farm.whoami(Deadline.never());
        if (JSON.of(options)) {
            terminal.json(me.json());
        } else {
            terminal.out().println("user:  " + terminal.shown(me.userId()));
            terminal.out().println("token: " + terminal.shown(me.tokenId()) + " (its id)");
            terminal.out().println("ranch: " + terminal.shown(me.ranch()));
        }
        return ExitCode.OK;
    }
}
