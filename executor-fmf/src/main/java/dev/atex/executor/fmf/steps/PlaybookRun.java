package dev.atex.executor.fmf.steps;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.AnsibleAccess;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Exit;
import dev.atex.connection.Output;
import dev.atex.connection.RemoteProcess;
import dev.atex.executor.ExecutorException;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.machine.ChangeSignal;
import dev.atex.executor.fmf.machine.Supervised;
import dev.atex.executor.fmf.machine.WrapperRun;
import dev.atex.internal.files.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/** Runs playbooks of Ansible on this host for one machine, in a session of their own. */
public final class PlaybookRun {
    private static final Duration START = Duration.ofMinutes(1);
    private static final Pattern IN_COLLECTION = Pattern.compile("[A-Za-z_]\\w*(\\.[A-Za-z_]\\w*){2,}");
    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");

    /**
     * Ends the group of the process when its standard input ends: that of a program that was killed, or that has let go.
     * Arguments: the directory, then what to run.
     */
    public static final String LEASH = "cd -- \"$1\" || exit 126\nshift\nexec 3<&0 </dev/null\n"
            + "{ cat <&3 >/dev/null; kill -TERM 0; } >/dev/null 2>&1 &\nexec 3<&-\nexec \"$@\"";

    private final Path program;
    private final AnsibleAccess access;
    private final String guest;
    private final FmfTests source;
    private final StepLog log;

    /**
     * Creates a runner for one machine.
     *
     * @param guest what the plan calls it
     */
    public PlaybookRun(Path program, AnsibleAccess access, String guest, FmfTests source, StepLog log) {
        this.program = program;
        this.access = access;
        this.guest = guest;
        this.source = source;
        this.log = log;
    }

    /** Runs one and returns its exit code; ends it with all that it has started when somebody asks for the end. */
    public int run(
            String playbook,
            List<String> extraArguments,
            Map<String, String> variables,
            ChangeSignal changes,
            BooleanSupplier cancelled)
            throws ExecutorException, ConnectionException, InterruptedException, IOException {
        Path directory = source.temporaryDirectory("ansible");
        try {
            Path tree = source.root();
            List<String> argv = new ArrayList<>(List.of("sh", "-c", LEASH, "atex-ansible", tree.toString()));
            argv.add(program.toString());
            argv.addAll(machine(directory));
            argv.addAll(extraArguments);
            argv.add(place(playbook, tree));
            Map<String, String> environment = new LinkedHashMap<>(variables);
            environment.put("ANSIBLE_NOCOLOR", "1");
            environment.putAll(access.environment());
            Command command = new Command(argv, environment, Output.appendTo(log.file()), Output.appendTo(log.file()));
            return switch (Supervised.call("ansible", changes, WrapperRun.UNLIMITED, cancelled, () -> run(command))) {
                case Supervised.Outcome.Done<Integer>(Integer code) -> code;
                case Supervised.Outcome.Cancelled<?> _ -> throw new ExecutorException("cancel requested");
                case Supervised.Outcome.TimedOut<?> _ -> throw new IllegalStateException("timed out without a limit");
                case Supervised.Outcome.Failed<?>(Exception why) -> {
                    switch (why) {
                        case ConnectionException e ->
                            throw new ExecutorException(
                                    "cannot run ansible-playbook on this host: " + e.getMessage(), e);
                        case RuntimeException e -> throw e;
                        default -> throw new IllegalStateException(why);
                    }
                }
            };
        } finally {
            Trees.delete(directory);
        }
    }

    private int run(Command command) throws ConnectionException, InterruptedException {
        Connection here = access.controller().get();
        try {
            here.connect(Deadline.after(START));
            try (RemoteProcess process = here.start(command)) {
                return switch (process.await(Deadline.never())) {
                    case Exit.Code(int code) -> code;
                    case Exit.Signal(int number) -> 128 + number;
                    case Exit.TransportLost(ConnectionException cause) -> throw cause;
                    case Exit.StillRunning _ -> throw new IllegalStateException("awaited without a deadline");
                };
            }
        } finally {
            here.disconnect(); // and what it has left
        }
    }

    /** Writes the inventory: a file, since it may contain a password. */
    private List<String> machine(Path directory) throws IOException {
        if (access.isLocal()) {
            return List.of("-c", "local", "-i", "localhost,");
        }
        Path inventory = directory.resolve("inventory.yaml"); // in a directory that others cannot look into
        String name = PLAIN_NAME.matcher(guest).matches() ? guest : "default-0";
        StringBuilder text = new StringBuilder("all:\n  hosts:\n    " + name + ":\n");
        access.variables()
                .forEach((key, value) -> text.append("      ")
                        .append(key)
                        .append(": ")
                        .append(literal(value))
                        .append('\n'));
        Files.writeString(inventory, text);
        return List.of("-i", inventory.toString(), "--limit", name);
    }

    /** A text that Ansible takes as it is. */
    private static String literal(String text) {
        String quoted = "'" + text.replace("'", "''") + "'";
        return text.contains("{{") || text.contains("{%") || text.contains("{#") ? "!unsafe " + quoted : quoted;
    }

    private static String place(String playbook, Path tree) throws ExecutorException {
        if (playbook.startsWith("file://")) {
            return playbook.substring("file://".length());
        }
        Path file = tree.resolve(playbook.replaceFirst("^/+", "")).normalize();
        if (Files.isRegularFile(file)) {
            return file.toString();
        }
        if (IN_COLLECTION.matcher(playbook).matches()) {
            return playbook;
        }
        throw new ExecutorException("there is no playbook '" + playbook + "' in the tree of the plan");
    }

    /** Returns advice for this output. */
    public String hint(String output) {
        String plugin = access.plugin();
        boolean missing = output.contains(plugin) && output.contains("was not found");
        int dot = plugin.lastIndexOf('.');
        return missing && dot > 0
                ? "This host lacks the collection " + plugin.substring(0, dot)
                        + " of Ansible, which enters such machines: ansible-galaxy collection install "
                        + plugin.substring(0, dot)
                : "";
    }
}
