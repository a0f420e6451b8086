package dev.atex.libvirt;

import dev.atex.concurrent.Deadline;
import dev.atex.libvirt.virsh.VirshException;
import dev.atex.provisioner.ProvisionerContext;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a machine has printed on its serial console. */
final class ConsoleLog {
    private static final System.Logger LOG = System.getLogger("dev.atex.libvirt");
    private static final int SHOWN = 15;
    private static final int LONGEST_LINE = 200;

    private ConsoleLog() {}

    /**
     * Copies the log to the records of the run, and returns the rest of a message with its last lines. A failure is logged: the
     * machine had one already.
     */
    static String keep(LeasedMachine machine, String name, ProvisionerContext context, Deadline deadline)
            throws InterruptedException {
        try {
            byte[] log = read(machine, deadline);
            Optional<Path> file = write(log, name, context);
            return describe(new String(log, StandardCharsets.UTF_8))
                    + file.map(path -> "\nThe whole log: " + path).orElse("");
        } catch (IOException | VirshException e) {
            LOG.log(Level.INFO, () -> name + ": its console log cannot be kept: " + e.getMessage());
            return "";
        }
    }

    /** Returns the rest of a message with its last lines; empty if they cannot be read. */
    static String end(LeasedMachine machine, Deadline deadline) throws InterruptedException {
        try {
            return describe(new String(read(machine, deadline), StandardCharsets.UTF_8));
        } catch (VirshException e) {
            LOG.log(Level.INFO, () -> machine.domain() + ": its console log cannot be read: " + e.getMessage());
            return "";
        }
    }

    private static byte[] read(LeasedMachine machine, Deadline deadline) throws VirshException, InterruptedException {
        return machine.pool().read(machine.console(), deadline);
    }

    private static Optional<Path> write(byte[] log, String name, ProvisionerContext context) throws IOException {
        if (context.records().isEmpty()) {
            return Optional.empty();
        }
        Path file = context.records().get().resolve(name + "-console.log");
        Files.createDirectories(file.getParent());
        Files.write(file, log);
        return Optional.of(file);
    }

    private static String describe(String log) {
        List<String> lines = log.lines()
                .map(line -> line.replaceAll("\u001b\\[[0-9;?]*[A-Za-z]|\\p{Cntrl}", ""))
                .filter(line -> !line.isBlank())
                .map(line -> line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + "..." : line)
                .toList();
        if (lines.isEmpty()) {
            return ". It has printed nothing on its console";
        }
        return ". The end of its console:\n  "
                + String.join("\n  ", lines.subList(Math.max(0, lines.size() - SHOWN), lines.size()));
    }
}
