package dev.atex.cli.virt;

import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Notices;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.concurrent.Deadline;
import dev.atex.libvirt.ImageStore;
import dev.atex.libvirt.virsh.VirshException;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex virt remove}: deletes an image. */
final class VirtRemoveCommand extends VirtCall {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @Override
    public String name() {
        return "remove";
    }

    @Override
    public String summary() {
        return "Delete an image that nothing uses.";
    }

    @Override
    public void describe(CommandSpec spec) {
        describeAddress(spec);
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("IMAGE")
                .arity("1")
                .type(String.class)
                .description("The image, a volume of the pool.")
                .build());
        spec.usageMessage()
                .footer(
                        "",
                        "Refuses, with exit code 2, while the image has overlays in its pool (disks of machines, other images) or "
                                + "a domain uses it.",
                        "",
                        "Example:",
                        "  atex virt remove fedora-41.qcow2");
    }

    @Override
    int call(ParseResult options, Terminal terminal) throws VirshException, UsageException, InterruptedException {
        String named = options.matchedPositionalValue(0, "");
        if (named.isEmpty()) {
            throw new UsageException("IMAGE is missing: the image to delete; 'atex virt images' lists them");
        }
        String image = image("IMAGE", named);
        Deadline deadline = Deadline.after(LIMIT);
        ImageStore.open(address(options), deadline).remove(image, deadline);
        new Notices(terminal).accept("removed image '" + image + "'");
        return ExitCode.OK;
    }
}
