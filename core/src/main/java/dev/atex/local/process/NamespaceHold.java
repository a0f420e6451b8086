package dev.atex.local.process;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A PID namespace with a {@code /proc} of its own: when its first process ends, the kernel ends all others. That one ends
 * when this process does. See pid_namespaces(7).
 */
record NamespaceHold(Holder holder, long init, boolean ofUser) implements Hold {
    /** The first process inherits all orphans. It ignores CHLD, so that the kernel reaps them. */
    private static final String INIT = "trap '' CHLD; exec cat";

    /**
     * Creates a namespace.
     *
     * @param command adds the marks to a command
     */
    static NamespaceHold open(Holder.Marking command, Deadline deadline)
            throws ConnectionException, InterruptedException {
        boolean ofUser = !Processes.mayMakeNamespaces();
        List<String> argv = new ArrayList<>(List.of("unshare"));
        if (ofUser) {
            argv.addAll(List.of("--user", "--map-current-user"));
        }
        argv.addAll(List.of("--pid", "--fork", "--kill-child", "--mount-proc", "--", "sh", "-c", INIT));
        Holder holder = Holder.start(command.mark(argv), deadline);
        List<ProcessHandle> children = holder.handle().children().toList();
        if (children.isEmpty()) {
            holder.end();
            throw new ConnectionException("the first process of a PID namespace has ended");
        }
        return new NamespaceHold(holder, children.getFirst().pid(), ofUser);
    }

    @Override
    public Means means() {
        return Means.NAMESPACE;
    }

    @Override
    public List<String> enter(List<String> argv, Map<String, String> environment) {
        return argv;
    }

    @Override
    public List<String> inside(List<String> argv, Map<String, String> environment) {
        List<String> command = new ArrayList<>(List.of("nsenter", "--target", Long.toString(init)));
        if (ofUser) {
            command.addAll(List.of("--user", "--preserve-credentials"));
        }
        // this call loses the working directory
        command.addAll(List.of("--pid", "--mount", "--", Hold.shell(environment), "-c", "cd \"$0\" && exec \"$@\""));
        command.add(Path.of("").toAbsolutePath().toString());
        command.addAll(argv);
        return command;
    }

    @Override
    public void kill() {
        holder.end();
    }
}
