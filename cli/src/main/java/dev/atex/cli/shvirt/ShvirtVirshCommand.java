package dev.atex.cli.shvirt;

import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.concurrent.Deadline;
import dev.atex.libvirt.shared.HelperException;
import dev.atex.libvirt.shared.HelperRefusedException;
import dev.atex.libvirt.shared.VirtHelper;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex shvirt virsh}: runs virsh on the host. */
final class ShvirtVirshCommand extends ShvirtCall {
    private static final Opt<Optional<Duration>> TIMEOUT =
            Opt.one("TIME", "How long virsh may take (default 2m, at most 1h).", Options::duration, "--timeout");
    private static final int FAILED = 1;
    private static final Duration LONGEST = Duration.ofHours(1);

    @Override
    public String name() {
        return "virsh";
    }

    @Override
    public String summary() {
        return "Run virsh on the host.";
    }

    @Override
    public void describe(CommandSpec spec) {
        describeHelper(spec);
        Opt.addAll(spec, TIMEOUT, JSON);
        spec.parser().stopAtPositional(true);
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("ARG")
                .arity("1..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .description("Arguments of virsh; options of this command precede them.")
                .build());
        spec.usageMessage()
                .footer(
                        "",
                        "Prints the output of 'virsh -q ARG...', with its error messages. A domain that another user has "
                                + "reserved is not protected from you.",
                        "",
                        "Examples:",
                        "  atex shvirt virsh --helper-host vmhost list --all",
                        "  atex shvirt virsh --helper-host vmhost vol-delete --pool default old.img");
    }

    @Override
    public Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put("0", "done");
        codes.put("1", "virsh failed");
        codes.put("2", "usage or configuration error: the message says what is wrong");
        codes.put("3", "infrastructure: the helper cannot be reached");
        return codes;
    }

    @Override
    int call(ParseResult options, Terminal terminal) throws HelperException, UsageException, InterruptedException {
        Duration limit = TIMEOUT.of(options).orElse(Duration.ofMinutes(2));
        if (limit.compareTo(LONGEST) > 0) {
            throw new UsageException("--timeout: the helper ends virsh after 1h");
        }
        List<String> args = options.matchedPositionalValue(0, List.<String>of());
        if (args.isEmpty()) {
            throw new UsageException("ARG is missing: the command of virsh, such as 'list --all'");
        }
        Deadline deadline = Deadline.after(limit.plusMinutes(1));
        String output;
        boolean success = true;
        try (VirtHelper helper = VirtHelper.start(address(options), userName(Optional.empty(), terminal), deadline)) {
            output = helper.virsh(deadline, limit, args);
        } catch (HelperRefusedException e) {
            output = e.reply();
            success = false;
        }
        if (JSON.of(options)) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("success", success);
            object.put("output", output);
            terminal.json(object);
        } else {
            terminal.out().print(terminal.shownLines(output));
            if (!output.isEmpty() && !output.endsWith("\n")) {
                terminal.out().println();
            }
        }
        return success ? ExitCode.OK : FAILED;
    }
}
