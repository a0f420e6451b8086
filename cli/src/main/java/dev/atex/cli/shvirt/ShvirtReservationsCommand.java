package dev.atex.cli.shvirt;

import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.concurrent.Deadline;
import dev.atex.libvirt.shared.HelperException;
import dev.atex.libvirt.shared.VirtHelper;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex shvirt reservations}: shows who uses which domain. */
final class ShvirtReservationsCommand extends ShvirtCall {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @Override
    public String name() {
        return "reservations";
    }

    @Override
    public String summary() {
        return "Show which domain is reserved by whom.";
    }

    @Override
    public void describe(CommandSpec spec) {
        describeHelper(spec);
        Opt.addAll(spec, JSON);
        spec.usageMessage()
                .footer(
                        "",
                        "Prints one line per domain: its name, two spaces, and the name of the user, or '(free)'. With --json, an "
                                + "object of these.",
                        "",
                        "Example:",
                        "  atex shvirt reservations --helper-host vmhost");
    }

    @Override
    int call(ParseResult options, Terminal terminal) throws HelperException, UsageException, InterruptedException {
        Deadline deadline = Deadline.after(LIMIT);
        Map<String, String> holders;
        try (VirtHelper helper = VirtHelper.start(address(options), userName(Optional.empty(), terminal), deadline)) {
            holders = helper.reservations(deadline);
        }
        List<String> names = holders.keySet().stream().sorted(natural()).toList();
        Map<String, String> sorted = new LinkedHashMap<>();
        names.forEach(name -> sorted.put(name, holders.getOrDefault(name, "")));
        if (JSON.of(options)) {
            terminal.json(sorted);
        } else {
            sorted.forEach(
                    (name, holder) -> terminal.out().println(terminal.shown(name) + "  " + terminal.shown(holder)));
        }
        return ExitCode.OK;
    }

    /** Orders numbers in names by their values: vm2 before vm10. */
    static Comparator<String> natural() {
        return Comparator.comparing(ShvirtReservationsCommand::padded).thenComparing(Comparator.naturalOrder());
    }

    private static String padded(String name) {
        StringBuilder padded = new StringBuilder();
        for (String part : name.split("(?<=[0-9])(?=[^0-9])|(?<=[^0-9])(?=[0-9])")) {
            boolean isNumber = !part.isEmpty() && part.charAt(0) >= '0' && part.charAt(0) <= '9';
            padded.append(isNumber ? "0".repeat(Math.max(0, 30 - part.length())) : "")
                    .append(part);
        }
        return padded.toString();
    }
}
