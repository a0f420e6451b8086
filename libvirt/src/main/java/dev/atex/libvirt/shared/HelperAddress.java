package dev.atex.libvirt.shared;

import dev.atex.concurrent.Deadline;
import dev.atex.concurrent.ProcessLauncher;
import dev.atex.connection.Command;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Exit;
import dev.atex.connection.RemoteProcess;
import dev.atex.connection.ssh.SshConnection;
import dev.atex.connection.ssh.config.SshOptions;
import dev.atex.internal.files.FileProblems;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The place of a helper, and the command that starts it. Immutable.
 *
 * @param host an alias in the ssh_config file, or {@code [user@]host[:port]}; empty for this host
 * @param command the program and its arguments. A server with {@code ForceCommand} ignores it
 * @param options of the login on the host
 */
public record HelperAddress(Optional<String> host, List<String> command, SshOptions options) {
    /** The usual command. */
    public static final List<String> USUAL_COMMAND = List.of("atex-virt-helper");

    /** Copies the command. */
    public HelperAddress {
        command = List.copyOf(command);
    }

    /** Starts the program. */
    HelperChannel start(Deadline deadline) throws HelperLostException, InterruptedException {
        return host.isPresent() ? overSsh(host.get(), deadline) : here();
    }

    private HelperChannel overSsh(String name, Deadline deadline) throws HelperLostException, InterruptedException {
        // No lease and no variables: the login shell may be replaced by the helper, which reads standard input.
        SshConnection connection = new SshConnection(name, options);
        boolean started = false;
        try {
            connection.connect(deadline);
            RemoteProcess process = connection.start(Command.of(command));
            started = true;
            return new OverSsh(connection, process);
        } catch (ConnectionException e) {
            throw new HelperLostException(String.valueOf(e.getMessage()));
        } finally {
            if (!started) {
                connection.disconnect();
            }
        }
    }

    private HelperChannel here() throws HelperLostException {
        List<String> argv = new ArrayList<>(List.of("setsid", "--wait"));
        argv.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(argv);
        // A libvirtd that the helper's virsh starts inherits the variable, and must not be ended with a run.
        builder.environment().remove("ATEX_MARK");
        try {
            return new Here(ProcessLauncher.start(builder));
        } catch (IOException e) {
            throw new HelperLostException("cannot start " + command.getFirst() + ": " + FileProblems.of(e));
        }
    }

    /** Returns the host, or the program if it runs here; for messages. */
    @Override
    public String toString() {
        return host.orElse(command.getFirst());
    }

    private record OverSsh(SshConnection connection, RemoteProcess process) implements HelperChannel {
        @Override
        public OutputStream stdin() {
            return process.stdin();
        }

        @Override
        public InputStream stdout() {
            return process.stdout();
        }

        @Override
        public InputStream stderr() {
            return process.stderr();
        }

        @Override
        public boolean awaitEnd(Deadline deadline) throws InterruptedException {
            return !(process.await(deadline) instanceof Exit.StillRunning);
        }

        @Override
        public void kill() {
            process.kill();
            connection.disconnect();
        }
    }

    private record Here(Process process) implements HelperChannel {
        @Override
        public OutputStream stdin() {
            return process.getOutputStream();
        }

        @Override
        public InputStream stdout() {
            return process.getInputStream();
        }

        @Override
        public InputStream stderr() {
            return process.getErrorStream();
        }

        @Override
        public boolean awaitEnd(Deadline deadline) throws InterruptedException {
            return process.waitFor(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void kill() {
            process.children().forEach(ProcessHandle::destroyForcibly); // setsid forks if it leads a group
            process.destroyForcibly();
        }
    }
}
