package dev.atex.lease.ledger;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.files.FileProblems;
import dev.atex.lease.Lease;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseLog;
import dev.atex.lease.LeaseState;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The leases of one run. Each is on disk before its resource is created. Append-only, in the format of
 * {@code docs/leases.md}. Thread-safe.
 *
 * <p>An open ledger holds its owner lock, so that nobody reaps its leases. {@link #close} deletes it if all leases are gone;
 * otherwise it stays for a reaper.
 */
public final class Ledger implements LeaseLog, AutoCloseable {
    private static final Logger LOG = System.getLogger("dev.atex.lease");

    /** A process that checks whether a run is alive holds its lock for a moment. */
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(5);

    private final StateDirectory directory;
    private final RunOwner owner;
    private final OwnerLock lock;
    private final GroupCommit file;
    private final AtomicLong count = new AtomicLong();
    private final Set<String> open = ConcurrentHashMap.newKeySet();

    private Ledger(StateDirectory directory, RunOwner owner, OwnerLock lock, GroupCommit file) {
        this.directory = directory;
        this.owner = owner;
        this.lock = lock;
        this.file = file;
    }

    /**
     * Creates the ledger of a new run.
     *
     * @throws LeaseException if it cannot be written, or if it exists
     */
    public static Ledger create(StateDirectory directory, RunOwner owner) throws LeaseException, InterruptedException {
        return create(directory, owner, GroupCommit.Force.SYNC);
    }

    /** Creates a ledger, for tests with a slow or full disk. */
    static Ledger create(StateDirectory directory, RunOwner owner, GroupCommit.Force force)
            throws LeaseException, InterruptedException {
        try {
            directory.create();
            OwnerLock lock = OwnerLock.take(directory.locks(), owner.run(), Deadline.after(LONGEST_LOOK))
                    .orElseThrow(() -> new LeaseException("run " + owner.run() + " is going on already"));
            boolean whole = false;
            try {
                Ledger ledger = create(directory, owner, lock, force);
                whole = true;
                return ledger;
            } finally {
                if (!whole) {
                    lock.close();
                }
            }
        } catch (IOException e) {
            throw new LeaseException(
                    "cannot write down in " + directory.path() + " what the run will take: " + reason(e)
                            + ". Make it writable, or set XDG_STATE_HOME to a directory that is",
                    e);
        }
    }

    private static Ledger create(StateDirectory directory, RunOwner owner, OwnerLock lock, GroupCommit.Force force)
            throws IOException, InterruptedException {
        Path path = Files.createFile(directory.ledger(owner.run()));
        boolean whole = false;
        GroupCommit file = new GroupCommit(path, 0, force);
        try {
            Ledger ledger = new Ledger(directory, owner, lock, file);
            Map<String, Object> first = new LinkedHashMap<>();
            first.put("ledger", 1L);
            first.put("run", owner.run());
            first.put("pid", owner.pid());
            first.put("started", owner.started().toString());
            first.put("directory", owner.directory().toString());
            HostIdentity.current().writeTo(first);
            Boot.id().ifPresent(id -> first.put(Boot.KEY, id));
            GuardProgram.of(directory).name().ifPresent(name -> first.put(GuardProgram.KEY, name));
            file.append(LedgerLine.encode(first)).await();
            StateDirectory.force(directory.path());
            whole = true;
            return ledger;
        } finally {
            if (!whole) {
                file.close();
                Files.deleteIfExists(path);
            }
        }
    }

    private static String reason(IOException e) {
        return FileProblems.of(e);
    }

    /** Returns the owner of this ledger. */
    public RunOwner owner() {
        return owner;
    }

    @Override
    public Lease intend(String kind, Map<String, String> locator) throws LeaseException, InterruptedException {
        String id = LeaseNames.id(owner.run(), count.incrementAndGet());
        Map<String, Object> record = record(id, LeaseState.INTEND);
        record.put("kind", kind);
        record.put("locator", locator);
        Entry lease = new Entry(id);
        open.add(id);
        try {
            write(record);
            refreshLock();
        } catch (LeaseException e) {
            open.remove(id);
            throw e;
        } catch (InterruptedException e) {
            lease.gone(); // it may be on disk
            throw e;
        }
        LOG.log(Level.DEBUG, () -> id + ": recorded before " + kind + " creates it");
        return lease;
    }

    /** Locks the current lock file, in case somebody has removed or replaced it. */
    private void refreshLock() throws LeaseException {
        try {
            boolean _ = lock.refresh(); // a process that has it in a new file checks whether this one is alive
        } catch (IOException e) {
            throw new LeaseException("cannot lock " + directory.locks() + ": " + reason(e), e);
        }
    }

    private Map<String, Object> record(String id, LeaseState state) {
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("lease", id);
        record.put("state", state.word());
        record.put("at", Instant.now().toString());
        return record;
    }

    private void write(Map<String, Object> record) throws LeaseException, InterruptedException {
        try {
            file.append(LedgerLine.encode(record)).await();
        } catch (IOException e) {
            throw new LeaseException("cannot write to " + directory.ledger(owner.run()) + ": " + reason(e), e);
        }
    }

    /** Returns the ids of the leases that are not gone. */
    public List<String> open() {
        List<String> ids = new ArrayList<>(open);
        ids.sort(null);
        return ids;
    }

    /** Returns how many times the file was forced to disk. */
    public long forces() {
        return file.forces();
    }

    /**
     * Closes the ledger. Deletes it if all leases are gone, even if its last lines could not be written.
     *
     * @throws LeaseException if the last lines could not be written; then a reaper checks those leases again
     */
    @Override
    public void close() throws LeaseException {
        LOG.log(
                Level.DEBUG,
                () -> open.isEmpty()
                        ? "closing the ledger: all leases are gone"
                        : "closing the ledger: these leases are not known to be gone: " + String.join(", ", open()));
        try (lock) {
            try {
                file.close();
            } catch (IOException e) {
                if (!open.isEmpty()) {
                    throw e;
                }
            }
            if (open.isEmpty()) {
                CrashPoints.reached("ledger before delete");
                Files.deleteIfExists(directory.ledger(owner.run()));
            }
        } catch (IOException e) {
            throw new LeaseException("cannot end " + directory.ledger(owner.run()) + ": " + reason(e), e);
        }
    }

    /** A lease of this ledger. */
    private final class Entry implements Lease {
        private final String id;

        Entry(String id) {
            this.id = id;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public void have(Map<String, String> locator) throws LeaseException, InterruptedException {
            Map<String, Object> record = record(id, LeaseState.HAVE);
            record.put("locator", locator);
            write(record);
            LOG.log(Level.DEBUG, () -> id + ": created");
        }

        @Override
        public void releasing() {
            LOG.log(Level.DEBUG, () -> id + ": releasing");
            file.append(LedgerLine.encode(record(id, LeaseState.RELEASING)));
        }

        @Override
        public void gone() {
            open.remove(id);
            file.append(LedgerLine.encode(record(id, LeaseState.GONE)));
            LOG.log(Level.DEBUG, () -> id + ": gone");
        }
    }
}
