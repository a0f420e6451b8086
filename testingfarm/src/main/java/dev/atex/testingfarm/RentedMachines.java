package dev.atex.testingfarm;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ssh.KeyFiles;
import dev.atex.connection.ssh.SshOptions;
import dev.atex.lease.DirectoryReclaimer;
import dev.atex.lease.Lease;
import dev.atex.lease.LeaseException;
import dev.atex.provisioner.MachineSource;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ReleaseException;
import dev.atex.provisioner.Reservation;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.Endpoint;
import dev.atex.testingfarm.api.Identity;
import dev.atex.testingfarm.api.TestingFarm;
import dev.atex.text.Suggestion;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** What the machines of one provisioner have in common. Thread-safe. */
final class RentedMachines implements MachineSource {
    private static final int RETRIES = 10;

    private final FarmSettings settings;
    private final ProvisionerContext context;
    private final Endpoint endpoint;
    private final Pacer pacer;
    private final AtomicInteger retries = new AtomicInteger(RETRIES);
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable Started started;
    private @Nullable Lease keyLease;
    private @Nullable Path keyDirectory;

    RentedMachines(FarmSettings settings, Endpoint endpoint, ProvisionerContext context) {
        this.settings = settings;
        this.endpoint = endpoint;
        this.context = context;
        pacer = new Pacer(settings.pace().poll());
    }

    /** What is known since {@link #start}. */
    private record Started(TestingFarm farm, Identity identity, LoginKey key, Optional<String> address) {}

    @Override
    public void start() throws ProvisionException, InterruptedException {
        TestingFarm farm = new TestingFarm(endpoint, settings.pace(), context.notices());
        boolean whole = false;
        try {
            Identity identity = farm.whoami(Deadline.never());
            if (settings.check()) {
                checkCompose(farm.composes(identity.ranch(), Deadline.never()), identity.ranch());
            }
            Optional<String> address =
                    identity.ranch().equals(Identity.PUBLIC) ? Optional.of(address()) : Optional.empty();
            started = new Started(farm, identity, key(), address);
            whole = true;
        } catch (ApiException e) {
            throw FarmFailure.of(TestingFarmProvisionerFactory.KIND, e);
        } finally {
            if (!whole) {
                farm.close();
            }
        }
    }

    private void checkCompose(List<String> composes, String ranch) throws ProvisionException {
        if (composes.stream().anyMatch(each -> matches(each, settings.compose()))) {
            return;
        }
        throw new ProvisionException("testingfarm: the ranch '" + ranch + "' has no compose '" + settings.compose()
                + "'"
                + Suggestion.of(settings.compose(), composes)
                        .map(meant -> ", did you mean '" + meant + "'?")
                        .orElse("")
                + " 'atex tf composes' lists them; the option check=false asks the service all the same");
    }

    /** Some are regular expressions. */
    private static boolean matches(String known, String wanted) {
        if (known.equals(wanted)) {
            return true;
        }
        try {
            return Pattern.matches(known, wanted);
        } catch (PatternSyntaxException e) {
            return false;
        }
    }

    private String address() throws ProvisionException, InterruptedException {
        if (settings.address().isPresent()) {
            return settings.address().get();
        }
        try {
            return OwnAddress.ask(settings.addressService());
        } catch (IOException e) {
            throw new ProvisionException(
                    "testingfarm: machines of the public ranch must be told our address, and "
                            + settings.addressService() + " does not say it: " + e.getMessage()
                            + ". Give it with the option address=1.2.3.4, or another service with address-service=URL",
                    e);
        }
    }

    private LoginKey key() throws ProvisionException, InterruptedException {
        try {
            Path home = Path.of(System.getProperty("user.home"), ".ssh");
            Optional<Path> file = settings.key().isPresent() ? settings.key() : LoginKey.find(home);
            return LoginKey.of(file.isPresent() ? file.get() : newKey());
        } catch (IOException e) {
            throw new ProvisionException("testingfarm: no key to log in with: " + e.getMessage(), e);
        } catch (LeaseException e) {
            throw new ProvisionException("testingfarm: " + e.getMessage(), e);
        }
    }

    private Path newKey() throws IOException, LeaseException, InterruptedException {
        Path parent = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
        Map<String, String> locator = DirectoryReclaimer.locator(parent);
        Lease lease = context.leases().intend(DirectoryReclaimer.KIND, locator);
        keyLease = lease;
        Path directory = DirectoryReclaimer.create(locator, lease.id());
        keyDirectory = directory;
        Path file = directory.resolve("id_ecdsa");
        KeyFiles.generate(file);
        return file;
    }

    @Override
    public Reservation reservation(int slot, long number) {
        return new FarmReservation(this, TestingFarmProvisionerFactory.KIND + "-" + number);
    }

    @Override
    public boolean triesAgain(int slot, ProvisionException failure) {
        return failure instanceof FarmFailure farmFailure
                && farmFailure.isTemporary()
                && retries.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    }

    @Override
    public void stop() throws ReleaseException {
        Started now = started;
        if (now != null && closed.compareAndSet(false, true)) {
            now.farm().close();
        }
        Lease lease = keyLease;
        Path directory = keyDirectory;
        if (lease != null) {
            try {
                if (directory != null) {
                    DirectoryReclaimer.remove(directory);
                }
                lease.gone();
            } catch (LeaseException e) {
                throw new ReleaseException("testingfarm: " + e.getMessage(), e);
            }
        }
    }

    private Started started() {
        return Objects.requireNonNull(started, "not started");
    }

    FarmSettings settings() {
        return settings;
    }

    ProvisionerContext context() {
        return context;
    }

    Pacer pacer() {
        return pacer;
    }

    TestingFarm farm() {
        return started().farm();
    }

    /** How to log in to a machine. */
    SshOptions ssh() {
        SshOptions options = settings.ssh();
        Optional<Path> identity = started().key().identity();
        return identity.isPresent() ? options.withIdentity(identity.get()) : options;
    }

    Map<String, @Nullable Object> body(String leaseId) {
        Started now = started();
        return RequestBody.of(settings, now.key(), now.address(), context.runId(), leaseId);
    }

    TaggedRequests tagged(String leaseId, Instant since) {
        Identity identity = started().identity();
        return new TaggedRequests(farm(), identity.tokenId(), identity.userId(), leaseId, since);
    }

    /** What {@link TestingFarmReclaimer} needs. */
    Map<String, String> locator() {
        Identity identity = started().identity();
        Map<String, String> locator = new LinkedHashMap<>();
        locator.put(TestingFarmReclaimer.URL, endpoint.url().toString());
        locator.put(TestingFarmReclaimer.TOKEN_ID, identity.tokenId());
        locator.put(TestingFarmReclaimer.USER_ID, identity.userId());
        locator.put(
                TestingFarmReclaimer.SETTLE,
                Long.toString(settings.pace().settle().toMillis()));
        locator.put(
                TestingFarmReclaimer.RETRY_PAUSE,
                Long.toString(settings.pace().firstPause().toMillis()));
        return locator;
    }
}
