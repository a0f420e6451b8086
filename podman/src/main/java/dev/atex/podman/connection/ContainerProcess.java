package dev.atex.podman.connection;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Exit;
import dev.atex.connection.RemoteProcess;
import dev.atex.connection.support.ForwardingProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A command in a container. */
final class ContainerProcess extends ForwardingProcess {
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final Duration KILL = Duration.ofSeconds(5);

    /** The exit code of shells for a missing program. */
    private static final int NOT_FOUND = 127;

    /** Exit codes after SIGKILL or SIGTERM, which may have ended the whole container. */
    private static final Set<Integer> KILLED = Set.of(128 + 9, 128 + 15);

    /** Exit codes of engines that fail themselves. */
    private static final Set<Integer> FAILED = Set.of(1, 125, 126, 255);

    private final ContainerSession session;
    private final ExecTool tool;
    private final Command command;
    private final String mark;
    private final String relayMark;
    private final Path pidFile;
    private volatile boolean killed;
    private volatile @Nullable Exit outcome;

    ContainerProcess(
            ContainerSession session,
            RemoteProcess client,
            ExecTool tool,
            Command command,
            String mark,
            String relayMark,
            Path pidFile) {
        super(client);
        this.session = session;
        this.tool = tool;
        this.command = command;
        this.mark = mark;
        this.relayMark = relayMark;
        this.pidFile = pidFile;
    }

    @Override
    public Exit await(Deadline deadline) throws InterruptedException {
        Exit known = outcome;
        if (known != null) {
            return known;
        }
        Exit exit = client().await(deadline);
        if (exit instanceof Exit.StillRunning) {
            return exit;
        }
        Exit meant = exit instanceof Exit.Code(int code) ? interpret(code) : exit;
        outcome = meant;
        return meant;
    }

    /** Tells the end of the command from the end of the container and from a failure of the tool. */
    private Exit interpret(int code) throws InterruptedException {
        boolean begun = code == 0 || !tool.writesPidFile() || Files.exists(pidFile);
        ContainerSession.delete(pidFile);
        if (!begun) {
            return notBegun();
        }
        boolean doubtful = KILLED.contains(code) || (!tool.writesPidFile() && FAILED.contains(code));
        if (doubtful && !killed && session.isGone(Deadline.after(LOOK))) {
            return new Exit.TransportLost(new ConnectionException(session.container() + " ended or started again"));
        }
        return new Exit.Code(code);
    }

    private Exit notBegun() throws InterruptedException {
        try {
            if (tool.searches(command) && session.lacks(command, Deadline.after(LOOK))) {
                return new Exit.Code(NOT_FOUND);
            }
        } catch (ConnectionException e) {
            return new Exit.TransportLost(e);
        }
        return new Exit.TransportLost(
                new ConnectionException("cannot start a command in " + session.container() + ": it is not running"));
    }

    @Override
    public void close() {
        if (!tool.isDirect()) {
            endIfRunning(relayMark);
        }
        client().close();
    }

    @Override
    public void kill() {
        killed = true;
        endIfRunning(mark);
        client().kill();
    }

    /** Kills all processes with a mark, if the command has not ended. */
    private void endIfRunning(String target) {
        boolean interrupted = Thread.interrupted();
        try {
            if (client().await(Deadline.after(Duration.ZERO)) instanceof Exit.StillRunning) {
                session.kill(target, Deadline.after(KILL));
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (ConnectionException e) {
            // unreachable; the release of the container ends its processes
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
