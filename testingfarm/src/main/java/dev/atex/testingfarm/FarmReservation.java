package dev.atex.testingfarm;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.CommandResult;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.ssh.SshConnection;
import dev.atex.lease.Lease;
import dev.atex.lease.ledger.CrashPoints;
import dev.atex.provisioner.Expiry;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ReleaseException;
import dev.atex.provisioner.pool.AbstractReservation;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.FarmRequest;
import dev.atex.testingfarm.api.Submission;
import dev.atex.testingfarm.api.TestingFarm;
import dev.atex.testingfarm.log.GuestLog;
import dev.atex.testingfarm.log.GuestWatch;
import dev.atex.testingfarm.log.KeptLog;
import dev.atex.testingfarm.options.Choice;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The reservation of one machine: its request, from submission to cancellation. */
final class FarmReservation extends AbstractReservation {
    private static final System.Logger LOG = System.getLogger("dev.atex.testingfarm");
    private static final Duration TRY_AGAIN = Duration.ofSeconds(5);
    private static final Duration CLEANING = Duration.ofMinutes(10);
    /** The time to read the rest of a log after the machine was released. */
    private static final Duration REST_OF_LOG = Duration.ofSeconds(2);

    private final RentedMachines machines;
    private final int slot;
    private final GuestLog said = new GuestLog();
    private volatile @Nullable Ranch ranch;
    private volatile @Nullable Submission submission;
    private volatile @Nullable TaggedRequests tagged;
    private volatile @Nullable String requestId;
    private volatile @Nullable SshConnection connection;
    private volatile @Nullable String guest;
    private volatile @Nullable RequestProgress story;
    private volatile @Nullable GuestWatch watch;

    FarmReservation(RentedMachines machines, int slot, String name) {
        super(name, machines.context().leases());
        this.machines = machines;
        this.slot = slot;
    }

    @Override
    protected Connection acquire() throws ProvisionException, InterruptedException {
        Choice choice = machines.choice(slot);
        Ranch taken = machines.ranch(choice);
        ranch = taken;
        TestingFarm farm = taken.farm();
        RequestProgress told = new RequestProgress(
                machines, this, name(), choice, taken.identity().ranch());
        story = told;
        machines.pacer().await();
        Lease lease = intend(TestingFarmProvisionerFactory.KIND, machines.locator(taken));
        TaggedRequests ours = RentedMachines.tagged(taken, lease.id(), Instant.now());
        tagged = ours;
        Submission made = farm.submission(machines.body(choice, lease.id()), ours::first);
        submission = made;
        GuestWatch watching = new GuestWatch(farm, said, told::goesOn);
        watch = watching;
        try {
            FarmRequest request = made.submit(Deadline.never());
            requestId = request.id();
            said.keepIn(new KeptLog(machines.context(), name(), request.id()));
            have(known(request, made));
            String login = watching.await(request);
            guest = login;
            SshConnection whole = new SshConnection(login, machines.ssh(), lease.id());
            connection = whole;
            told.isReady(login);
            logIn(whole, request.id(), choice, watching);
            clean(whole);
            LOG.log(Level.DEBUG, () -> name() + ": logged in to " + login + " of request " + request.id());
            if (made.isUncertain()) {
                boolean _ = ours.cancelAllBut(Optional.of(request.id()), Duration.ZERO, Deadline.never());
            }
            told.isThere();
            return whole;
        } catch (GuestWatch.EndedException e) {
            throw died(e.request(), choice, watching);
        } catch (ApiException e) {
            throw FarmFailure.of(name(), e);
        }
    }

    /** Returns {@code user@host} of the machine. */
    String login() {
        return Objects.requireNonNull(guest, "not reserved");
    }

    @Override
    public Optional<Expiry> expiry() {
        RequestProgress told = story;
        return told == null ? Optional.empty() : told.expiry();
    }

    private static Map<String, String> known(FarmRequest request, Submission made) {
        Map<String, String> known = new HashMap<>();
        known.put(TestingFarmReclaimer.REQUEST, request.id());
        if (made.isUncertain()) {
            known.put(TestingFarmReclaimer.UNCERTAIN, "true");
        }
        return known;
    }

    private FarmFailure died(FarmRequest request, Choice choice, GuestWatch watching) throws InterruptedException {
        LOG.log(
                Level.INFO,
                () -> name() + ": giving up request " + request.id() + " in the state " + request.state()
                        + request.summary().map(summary -> ": " + summary).orElse(""));
        watching.readEnd(request, Deadline.after(machines.settings().pace().firstPause()));
        StringBuilder text = new StringBuilder(name() + ": request " + request.id() + " ended in the state '"
                + request.state() + "' before it had a machine");
        request.summary().ifPresent(summary -> text.append(": ").append(summary));
        text.append(request.artifacts().map(url -> ". Its files: " + url).orElse(""));
        if (!said.last().isEmpty()) {
            text.append(". The end of its log:");
            said.last().forEach(line -> text.append("\n  ").append(line));
        }
        return FarmFailure.ended(
                text.toString(), RequestEnd.of(request.summary().orElseGet(said::lastError)), choice);
    }

    /** Logs in. The machine accepts the key a little later than the log says. */
    private void logIn(SshConnection whole, String id, Choice choice, GuestWatch watching)
            throws ApiException, ProvisionException, InterruptedException {
        TestingFarm farm = machines.ranch(choice).farm();
        Deadline patience = Deadline.after(machines.settings().access().loginWait());
        Duration pause =
                farm.pace().poll().compareTo(TRY_AGAIN) < 0 ? farm.pace().poll() : TRY_AGAIN;
        while (true) {
            try {
                whole.connect(Deadline.after(machines.ssh().connectTimeout()));
                return;
            } catch (ConnectionException e) {
                FarmRequest now = farm.request(id, Deadline.never());
                if (!now.isAlive()) {
                    throw died(now, choice, watching);
                }
                if (patience.isExpired()) {
                    throw FarmFailure.temporary(
                            name() + ": the machine of request " + id + " refuses the login: " + e.getMessage(), e);
                }
            }
            Thread.sleep(pause); // there is no event for it
        }
    }

    private void clean(SshConnection whole) throws ProvisionException, InterruptedException {
        String script = machines.settings().access().clean();
        if (script.isEmpty()) {
            return;
        }
        try {
            CommandResult result = whole.run(Command.of("sh", "-c", script), Deadline.after(CLEANING));
            if (result.exitCode() != 0) {
                throw FarmFailure.temporary(name() + ": the script of the option 'clean' failed (exit code "
                        + result.exitCode() + "): " + result.stderrText().strip());
            }
        } catch (ConnectionException e) {
            throw FarmFailure.temporary(name() + ": the script of the option 'clean' failed: " + e.getMessage(), e);
        }
    }

    @Override
    protected void free(Deadline deadline) throws ReleaseException, InterruptedException {
        SshConnection whole = connection;
        if (whole != null) {
            whole.disconnect();
        }
        Submission made = submission;
        TaggedRequests ours = tagged;
        Ranch taken = ranch;
        if (taken == null || made == null || ours == null || !made.isBegun()) {
            return;
        }
        made.settle(deadline).ifPresent(request -> requestId = request.id());
        String id = requestId;
        try {
            CrashPoints.reached("testingfarm before cancel");
            if (id != null) {
                taken.farm().cancel(id, deadline);
            }
            if (made.isUncertain() && !ours.cancelAllBut(Optional.empty(), made.doubtful(), deadline)) {
                throw new ReleaseException(
                        name() + ": the answer to its request was lost, and the request may still appear");
            }
            CrashPoints.reached("testingfarm after cancel");
            RequestProgress told = story;
            if (told != null) {
                told.isOver();
            }
            GuestWatch watched = watch;
            if (watched != null) {
                watched.readOn(deadline.orAfter(REST_OF_LOG));
            }
        } catch (ApiException e) {
            throw new ReleaseException(
                    name() + ": " + (id == null ? "its request" : "request " + id)
                            + " may still be alive: " + e.getMessage()
                            + ". 'atex reap' tries again; 'atex tf cancel' cancels it by id",
                    e);
        }
    }
}
