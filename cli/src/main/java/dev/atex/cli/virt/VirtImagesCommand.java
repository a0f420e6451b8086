package dev.atex.cli.virt;

import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Table;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.concurrent.Deadline;
import dev.atex.libvirt.ImageStore;
import dev.atex.libvirt.StoredImage;
import dev.atex.libvirt.virsh.VirshException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex virt images}: lists the images of a pool. */
final class VirtImagesCommand extends VirtCall {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @Override
    public String name() {
        return "images";
    }

    @Override
    public String summary() {
        return "List the images of a pool, and who uses them.";
    }

    @Override
    public void describe(CommandSpec spec) {
        describeAddress(spec);
        Opt.addAll(spec, JSON);
        spec.usageMessage()
                .footer(
                        "",
                        "Prints the name, the format, the size of the disk and the space that it occupies, and how many overlays "
                                + "(disks of machines) and domains use it. --json prints a list of objects with the names of "
                                + "these, and sizes in bytes.",
                        "",
                        "Examples:",
                        "  atex virt images",
                        "  atex virt images -c qemu:///session --pool ci --json");
    }

    @Override
    int call(ParseResult options, Terminal terminal) throws VirshException, UsageException, InterruptedException {
        Deadline deadline = Deadline.after(LIMIT);
        List<StoredImage> images = ImageStore.open(address(options), deadline).list(deadline);
        if (JSON.of(options)) {
            terminal.json(images.stream().map(VirtImagesCommand::object).toList());
            return ExitCode.OK;
        }
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("IMAGE", "FORMAT", "SIZE", "ON DISK", "USED BY"));
        for (StoredImage each : images) {
            lines.add(List.of(
                    terminal.shown(each.name()),
                    terminal.shown(each.format()),
                    size(each.size()),
                    size(each.allocated()),
                    users(each)));
        }
        Table.print(lines, terminal);
        return ExitCode.OK;
    }

    private static String users(StoredImage image) {
        List<String> users = new ArrayList<>();
        if (!image.overlays().isEmpty()) {
            users.add(count(image.overlays(), "overlay"));
        }
        if (!image.domains().isEmpty()) {
            users.add(count(image.domains(), "domain"));
        }
        return users.isEmpty() ? "-" : String.join(", ", users);
    }

    static Map<String, Object> object(StoredImage image) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("name", image.name());
        object.put("format", image.format());
        object.put("size", image.size());
        object.put("allocated", image.allocated());
        object.put("overlays", image.overlays());
        object.put("domains", image.domains());
        return object;
    }
}
