package dev.atex.cli.state;

import dev.atex.cli.command.ErrorText;
import dev.atex.cli.command.UsageException;
import dev.atex.concurrent.Deadline;
import dev.atex.lease.ledger.OwnerLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The lock of a run directory. The process that runs the run holds it, so that others can tell whether it is alive: the
 * system releases it when the process ends, in any way.
 *
 * <p>It consists of two bytes of the file. The second one excludes other processes that want to run it. The first one is
 * for those that only look: each locks it for a moment, shared, and the owner waits for that.
 */
public final class RunLock implements AutoCloseable {
    static final String FILE = "run.lock";
    private static final long LIFE = 0;
    private static final long OWNER = 1;

    private final OwnerLock owner;
    private final OwnerLock life;

    private RunLock(OwnerLock owner, OwnerLock life) {
        this.owner = owner;
        this.life = life;
    }

    /** Takes the lock of a run directory. */
    public static RunLock take(RunDirectory directory) throws UsageException, InterruptedException {
        Path file = directory.path().resolve(FILE);
        Optional<OwnerLock> owner = Optional.empty();
        Optional<OwnerLock> life = Optional.empty();
        try {
            owner = OwnerLock.tryTake(file, OWNER);
            if (owner.isEmpty()) {
                throw new UsageException("run " + directory.id() + " is still running: see 'atex runs', and 'atex stop "
                        + directory.id() + "'");
            }
            life = OwnerLock.take(file, LIFE, Deadline.never());
            return new RunLock(owner.get(), life.orElseThrow());
        } catch (IOException e) {
            throw new UsageException("cannot lock " + file + ": " + ErrorText.of(e), e);
        } finally {
            if (owner.isPresent() && life.isEmpty()) {
                release(owner.get());
            }
        }
    }

    private static void release(OwnerLock lock) {
        try {
            lock.close();
        } catch (IOException e) {
            // nothing was written
        }
    }

    /** Returns whether a process runs the run of this directory. */
    public static boolean isHeld(Path directory) {
        try {
            return OwnerLock.isHeld(directory.resolve(FILE), LIFE);
        } catch (IOException e) {
            return false; // it belongs to somebody else, or is gone
        }
    }

    @Override
    public void close() {
        release(owner); // first: the next owner waits for the other one
        release(life);
    }
}
