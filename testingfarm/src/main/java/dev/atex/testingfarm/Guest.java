package dev.atex.testingfarm;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ssh.SshOptions;
import dev.atex.lease.LeaseRecord;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.FarmRequest;
import dev.atex.testingfarm.api.PipelineLog;
import dev.atex.testingfarm.api.TestingFarm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The machine of any request, for people. */
public final class Guest {
    /** The element of a lease's locator that has the file of the private key. */
    static final String KEY = "key";

    private Guest() {}

    /** {@code user@host} of the machine that a request has, from its log; empty as long as that does not say it. */
    public static Optional<String> login(TestingFarm farm, FarmRequest request, Deadline deadline)
            throws ApiException, InterruptedException {
        GuestLog said = new GuestLog();
        Optional<PipelineLog> log = farm.log(request);
        if (log.isPresent()) {
            log.get().read(said::take, deadline);
        }
        return said.login();
    }

    /** The private key of the reservation that this request belongs to, if this is its lease and says so. */
    public static Optional<Path> key(LeaseRecord lease, String requestId) {
        boolean ours = lease.kind().equals(TestingFarmProvisionerFactory.KIND)
                && requestId.equals(lease.locator().get(TestingFarmReclaimer.REQUEST));
        return ours ? Optional.ofNullable(lease.locator().get(KEY)).map(Path::of) : Optional.empty();
    }

    /** The private key that is used if nobody says which: the first of {@code ~/.ssh/id_*} that has a public file. */
    public static Optional<Path> usualKey() throws IOException {
        return LoginKey.find(Path.of(System.getProperty("user.home"), ".ssh"));
    }

    /** A command of OpenSSH that logs in with this key and no other, whatever the agent has. */
    public static List<String> loginCommand(Path key, String login) {
        return LoginLine.of(SshOptions.defaults().withIdentity(key), login);
    }
}
