package dev.atex.testingfarm;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ssh.config.OneKeyConfig;
import dev.atex.connection.ssh.config.SshOptions;
import dev.atex.lease.LeaseException;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.MachineProgress;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ReleaseException;
import dev.atex.provisioner.pool.MachineSource;
import dev.atex.provisioner.pool.Reservation;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.Endpoint;
import dev.atex.testingfarm.api.Identity;
import dev.atex.testingfarm.api.TestingFarm;
import dev.atex.testingfarm.options.Choice;
import dev.atex.testingfarm.options.FarmSettings;
import dev.atex.testingfarm.options.IpRange;
import dev.atex.testingfarm.options.SecurityGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The shared state of all machines of one provisioner. Thread-safe. */
final class RentedMachines implements MachineSource {
    private final FarmSettings settings;
    private final ProvisionerContext context;
    private final List<Endpoint> endpoints;
    private final SubmissionPacer pacer;
    private final Retries retries;
    private final Budget budget;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final RunKey runKey;
    private final Map<String, Identity> checked = new ConcurrentHashMap<>();
    private volatile @Nullable Started started;
    private volatile Consumer<MachineProgress> progress = _ -> {};

    RentedMachines(FarmSettings settings, List<Endpoint> endpoints, ProvisionerContext context) {
        this.settings = settings;
        this.endpoints = List.copyOf(endpoints);
        this.context = context;
        pacer = new SubmissionPacer(settings.pace().poll());
        retries = new Retries(settings.wish().choices(), context.notices());
        budget = new Budget(settings.budget());
        runKey = new RunKey(context.leases());
    }

    /** The state since {@link #start}. */
    private record Started(Map<String, Ranch> ranches, LoginKey key) {}

    /** Checks the tokens and the composes; skips the check while the service is down. */
    @Override
    public void check(Deadline deadline) throws InvalidOptionException, InterruptedException {
        try {
            Map<String, TestingFarm> farms = open();
            try {
                checked.putAll(identify(farms, deadline));
            } finally {
                farms.values().forEach(TestingFarm::close);
            }
        } catch (ApiException e) {
            if (!e.isTemporary()) {
                throw new InvalidOptionException(TestingFarmProvisionerFactory.KIND + ": " + e.getMessage());
            }
        }
    }

    /** Opens a client for each token, by the variable with the token. */
    private Map<String, TestingFarm> open() {
        Map<String, TestingFarm> farms = new LinkedHashMap<>();
        endpoints.forEach(endpoint ->
                farms.put(endpoint.variable(), new TestingFarm(endpoint, settings.pace(), context.notices())));
        return farms;
    }

    private Map<String, Identity> identify(Map<String, TestingFarm> farms, Deadline deadline)
            throws ApiException, InvalidOptionException, InterruptedException {
        Map<String, Identity> identities = new LinkedHashMap<>();
        Map<String, ComposeCheck.Offer> offers = new LinkedHashMap<>();
        for (Map.Entry<String, TestingFarm> each : farms.entrySet()) {
            Identity identity = each.getValue().whoami(deadline);
            identities.put(each.getKey(), identity);
            if (settings.check()) {
                offers.put(
                        each.getKey(),
                        new ComposeCheck.Offer(identity.ranch(), each.getValue().offered(identity.ranch(), deadline)));
            }
        }
        if (settings.check()) {
            new ComposeCheck(offers).check(settings.wish().choices(), retries.choices(), context.notices());
        }
        return identities;
    }

    @Override
    public void start() throws ProvisionException, InterruptedException {
        Map<String, TestingFarm> farms = open();
        boolean whole = false;
        try {
            Map<String, Identity> known = checked.isEmpty() ? identify(farms, Deadline.never()) : checked;
            LoginKey key = key();
            Map<String, Ranch> ranches = new LinkedHashMap<>();
            for (Map.Entry<String, TestingFarm> each : farms.entrySet()) {
                Identity identity = Objects.requireNonNull(known.get(each.getKey()));
                boolean isPublic = identity.ranch().equals(Identity.PUBLIC);
                ranches.put(
                        each.getKey(),
                        new Ranch(each.getKey(), each.getValue(), identity, isPublic ? addresses() : List.of()));
            }
            started = new Started(ranches, key);
            whole = true;
        } catch (ApiException e) {
            throw FarmFailure.of(TestingFarmProvisionerFactory.KIND, e);
        } catch (InvalidOptionException e) {
            throw new ProvisionException(String.valueOf(e.getMessage()), e);
        } finally {
            if (!whole) {
                farms.values().forEach(TestingFarm::close);
            }
        }
    }

    private List<IpRange> addresses() throws ProvisionException, InterruptedException {
        SecurityGroup group = settings.securityGroup();
        if (!group.addresses().isEmpty()) {
            return group.addresses();
        }
        try {
            return OwnAddress.ask(group.services(), endpoints.getFirst().network());
        } catch (IOException e) {
            throw new ProvisionException(
                    "testingfarm: machines of the public ranch admit listed addresses only, and no service knows our address ("
                            + e.getMessage()
                            + "). Set it with the option address=192.0.2.7 (several: address=192.0.2.7;198.51.100.0/24), or"
                            + " set a service that knows it with address-service=URL",
                    e);
        }
    }

    private LoginKey key() throws ProvisionException, InterruptedException {
        try {
            return runKey.of(settings.access().key());
        } catch (IOException e) {
            throw new ProvisionException("testingfarm: no key to log in with: " + e.getMessage(), e);
        } catch (LeaseException e) {
            throw new ProvisionException("testingfarm: " + e.getMessage(), e);
        }
    }

    @Override
    public Reservation reservation(int slot, long number) {
        return new FarmReservation(this, slot, TestingFarmProvisionerFactory.KIND + "-" + number);
    }

    @Override
    public boolean triesAgain(int slot, ProvisionException failure) {
        return failure instanceof FarmFailure farmFailure && retries.triesAgain(slot, farmFailure);
    }

    @Override
    public void stop() throws ReleaseException {
        Started now = started;
        if (now != null && closed.compareAndSet(false, true)) {
            now.ranches().values().forEach(ranch -> ranch.farm().close());
            if (budget.machines() > 0) {
                context.notices().accept(TestingFarmProvisionerFactory.KIND + ": rented for " + budget);
            }
        }
        try {
            runKey.remove();
        } catch (LeaseException e) {
            throw new ReleaseException("testingfarm: " + e.getMessage(), e);
        }
    }

    private Started started() {
        return Objects.requireNonNull(started, "not started");
    }

    void onProgress(Consumer<MachineProgress> listener) {
        progress = listener;
    }

    /** Reports the progress of a machine. */
    void tell(MachineProgress now) {
        progress.accept(now);
    }

    FarmSettings settings() {
        return settings;
    }

    ProvisionerContext context() {
        return context;
    }

    SubmissionPacer pacer() {
        return pacer;
    }

    Budget budget() {
        return budget;
    }

    /** Returns the ranch of an alternative. */
    Ranch ranch(Choice choice) {
        return Objects.requireNonNull(started().ranches().get(choice.token()), choice.token());
    }

    /** Returns the alternative to request for a slot; fails after a permanent failure, or when the budget is used up. */
    Choice choice(int slot) throws FarmFailure {
        if (budget.isUsedUp()) {
            throw FarmFailure.permanent("testingfarm: the budget is used up: " + budget);
        }
        return retries.choice(slot);
    }

    /** Returns the options to log in with the key of the run only. */
    SshOptions ssh() {
        return settings.access().ssh().withIdentity(started().key().file()).withIdentitiesOnly();
    }

    /** Returns the command of OpenSSH for that. */
    List<String> loginCommand(String login) throws ProvisionException, InterruptedException {
        try {
            SshOptions options = ssh();
            if (OneKeyConfig.namesKeys(options.config())) { // ssh would offer those too
                Path copy = OneKeyConfig.write(options.config(), LoginLine.host(login), runKey.directory());
                options = options.withConfig(copy);
            }
            return LoginLine.of(options, login);
        } catch (IOException e) {
            throw new ProvisionException("testingfarm: cannot read the ssh configuration: " + e.getMessage(), e);
        } catch (LeaseException e) {
            throw new ProvisionException("testingfarm: " + e.getMessage(), e);
        }
    }

    Map<String, @Nullable Object> body(Choice choice, String leaseId) {
        return RequestBody.of(settings, choice, started().key(), ranch(choice).addresses(), context.runId(), leaseId);
    }

    static TaggedRequests tagged(Ranch ranch, String leaseId, Instant since) {
        Identity identity = ranch.identity();
        return new TaggedRequests(ranch.farm(), identity.tokenId(), identity.userId(), leaseId, since);
    }

    /** Returns the ledger entries that {@link TestingFarmReclaimer} needs. */
    Map<String, String> locator(Ranch ranch) {
        Identity identity = ranch.identity();
        Endpoint endpoint = ranch.farm().endpoint();
        Map<String, String> locator = new LinkedHashMap<>();
        locator.put(TestingFarmReclaimer.URL, endpoint.url().toString());
        String authorities = endpoint.network().authorities().stream()
                .map(Path::toString)
                .collect(Collectors.joining(TestingFarmReclaimer.BETWEEN));
        if (!authorities.isEmpty()) {
            locator.put(TestingFarmReclaimer.CA, authorities);
        }
        locator.put(TestingFarmReclaimer.TOKEN_ENV, ranch.variable());
        locator.put(TestingFarmReclaimer.TOKEN_ID, identity.tokenId());
        locator.put(TestingFarmReclaimer.USER_ID, identity.userId());
        locator.put(
                TestingFarmReclaimer.SETTLE,
                Long.toString(settings.pace().settle().toMillis()));
        locator.put(
                TestingFarmReclaimer.RETRY_PAUSE,
                Long.toString(settings.pace().firstPause().toMillis()));
        locator.put(Guest.KEY, started().key().file().toString());
        return locator;
    }
}
