package dev.atex.cli.state;

import dev.atex.cli.command.ErrorText;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.lease.Lease;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseLog;
import dev.atex.lease.ledger.DirectoryReclaimer;
import dev.atex.lease.ledger.Guard;
import dev.atex.lease.ledger.Ledger;
import dev.atex.lease.ledger.Ledgers;
import dev.atex.lease.ledger.Reaped;
import dev.atex.lease.ledger.Reaper;
import dev.atex.lease.ledger.RunOwner;
import dev.atex.lease.ledger.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The ledger of a run, and its guard, which frees leases if the run cannot. */
public final class RunLeases implements LeaseLog {
    /** How long to wait for the guard of a killed process to free its leases. */
    private static final Duration FREE_WITHIN = Duration.ofMinutes(5);

    /** After this time, a message says what is waited for. */
    private static final Duration MOMENT = Duration.ofSeconds(1);

    /**
     * If this variable is set, no guard is started; the next run, or {@code atex reap}, frees what a killed run
     * leaves.
     */
    private static final String NO_GUARD = "ATEX_NO_GUARD";

    /** Separates the id of a run from the number of a session, in names of ledgers of resumed runs. */
    private static final String SESSION = ".";

    private final StateDirectory state;
    private final String run;
    private final boolean guarded;
    private final Duration limit;
    private @Nullable Ledger ledger;
    private @Nullable Guard guard;
    private @Nullable Lease temporary;
    private @Nullable Path temporaryDirectory;

    /**
     * Creates leases; nothing is written before {@link #open}.
     *
     * @param limit how long a guard tries to free what is left
     */
    public RunLeases(Map<String, String> environment, String run, Duration limit) {
        this.limit = limit;
        this.state = StateDirectory.of(environment);
        this.run = run;
        guarded = environment.getOrDefault(NO_GUARD, "").isEmpty();
    }

    /** Returns the leases of a resumed run. */
    public static RunLeases toGoOn(Terminal terminal, RunDirectory directory, Duration limit) {
        StateDirectory state = StateDirectory.of(terminal.environment());
        String free = directory.id();
        for (int session = 2; Files.exists(state.ledger(free)); session++) {
            free = directory.id() + SESSION + session;
        }
        return new RunLeases(terminal.environment(), free, limit);
    }

    /**
     * Frees what earlier sessions of a run held: their tests may still be running.
     *
     * @throws UsageException somebody else is still at it
     */
    public static void free(Terminal terminal, RunDirectory directory) throws UsageException, InterruptedException {
        free(terminal, directory, FREE_WITHIN);
    }

    public static void free(Terminal terminal, RunDirectory directory, Duration within)
            throws UsageException, InterruptedException {
        StateDirectory state = StateDirectory.of(terminal.environment());
        try {
            Reaper reaper = Reaper.load(state);
            for (String ledger : state.runs()) {
                if (belongs(ledger, directory.id()) && !isFreed(reaper, ledger, MOMENT, terminal)) {
                    terminal.err()
                            .println("atex: waiting until what an earlier process of run "
                                    + terminal.shown(directory.id())
                                    + " left is freed (its guard, or 'atex reap', is at it)");
                    if (!isFreed(reaper, ledger, within, terminal)) {
                        throw new UsageException("what an earlier process of run " + directory.id()
                                + " left is still being freed by its guard or by 'atex reap' (see " + state.reapLog()
                                + "): try again when 'atex reap --run " + ledger
                                + " --wait' has ended");
                    }
                }
            }
        } catch (IOException e) {
            throw new UsageException("cannot read the state directory " + state.path() + ": " + ErrorText.of(e), e);
        }
    }

    /** Returns {@code false} if another process held the ledger all the time. */
    private static boolean isFreed(Reaper reaper, String ledger, Duration patience, Terminal terminal)
            throws IOException, InterruptedException {
        AtomicBoolean taken = new AtomicBoolean();
        reaper.reap(Reaper.Request.of(ledger, patience), reaped -> {
            if (reaped instanceof Reaped.Held) {
                taken.set(true);
            } else {
                terminal.out().println("left by the interrupted run: " + terminal.shown(ReapedText.of(reaped)));
            }
        });
        return !taken.get();
    }

    /** Returns whether a ledger belongs to a run. */
    public static boolean belongs(String ledger, String run) {
        return ledger.equals(run) || ledger.startsWith(run + SESSION);
    }

    /** Reads all ledgers of the user. */
    public static List<Ledgers.Run> ledgers(StateDirectory state) throws UsageException {
        try {
            return Ledgers.list(state);
        } catch (IOException e) {
            throw new UsageException("cannot read the state directory " + state.path() + ": " + ErrorText.of(e), e);
        }
    }

    /** Returns the open leases of a run: {@code "podman RUN-3"}. */
    public static List<String> left(List<Ledgers.Run> ledgers, String run) {
        return ledgers.stream()
                .filter(ledger -> belongs(ledger.run(), run))
                .flatMap(ledger -> ledger.open().stream())
                .map(lease -> lease.kind() + " " + lease.id())
                .toList();
    }

    public StateDirectory state() {
        return state;
    }

    /** Creates the ledger, and starts the guard. */
    public void open(Path runDirectory) throws UsageException, InterruptedException {
        try {
            ledger = Ledger.create(state, RunOwner.current(run, runDirectory.toAbsolutePath()));
            guard = guarded ? Guard.start(state, run, limit) : null;
        } catch (LeaseException e) {
            close();
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public Lease intend(String kind, Map<String, String> locator) throws LeaseException, InterruptedException {
        Guard watching = guard;
        Ledger written = ledger;
        if (written == null) {
            throw new IllegalStateException("the ledger is not open");
        }
        return (watching == null ? written : watching.before(written)).intend(kind, locator);
    }

    /** Creates a leased directory for temporary files of the run. */
    public Path temporaryDirectory() throws UsageException, InterruptedException {
        Path parent = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
        try {
            Map<String, String> locator = DirectoryReclaimer.locator(parent);
            Lease lease = intend(DirectoryReclaimer.KIND, locator);
            temporary = lease;
            Path directory = DirectoryReclaimer.create(locator, lease.id());
            temporaryDirectory = directory;
            return directory;
        } catch (LeaseException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new UsageException(
                    "cannot create a directory for temporary files in " + parent + ": " + ErrorText.of(e), e);
        }
    }

    /** Closes the ledger; returns a message if something may be left. */
    public Optional<String> close() {
        String problem = "";
        try {
            problem = closeAll();
        } catch (LeaseException e) {
            problem = String.valueOf(e.getMessage());
        }
        return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
    }

    private String closeAll() throws LeaseException {
        if (temporaryDirectory != null) {
            DirectoryReclaimer.remove(temporaryDirectory);
        }
        if (temporary != null) {
            temporary.gone();
        }
        if (ledger == null) {
            return "";
        }
        List<String> open = ledger.open();
        ledger.close();
        if (open.isEmpty() && guard != null) {
            guard.close(); // last: until then it would see to the ledger
        }
        return open.isEmpty()
                ? ""
                : "this may be left: " + String.join(", ", open)
                        + (guard == null
                                ? "; run 'atex reap' to free it"
                                : "; freeing it is retried in the background, and by 'atex reap'");
    }
}
