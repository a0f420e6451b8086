package dev.atex.testingfarm;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ssh.config.OneKeyConfig;
import dev.atex.connection.ssh.config.SshOptions;
import dev.atex.lease.LeaseRecord;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.FarmRequest;
import dev.atex.testingfarm.api.PipelineLog;
import dev.atex.testingfarm.api.TestingFarm;
import dev.atex.testingfarm.log.GuestLog;
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

    /** Whether {@link #loginCommand} needs a directory for files: the user's configuration of ssh names keys. */
    public static boolean needsFiles() throws IOException {
        return OneKeyConfig.namesKeys(Optional.empty());
    }

    /**
     * A command of OpenSSH that logs in with this key and no other, whatever the agent and the user's configuration have.
     *
     * @param files a directory of the caller's that is there as long as the command runs; not needed unless {@link #needsFiles}
     */
    public static List<String> loginCommand(Path key, String login, Optional<Path> files) throws IOException {
        SshOptions options = SshOptions.defaults().withIdentity(key);
        return LoginLine.of(
                files.isPresent()
                        ? options.withConfig(OneKeyConfig.write(Optional.empty(), LoginLine.host(login), files.get()))
                        : options,
                login);
    }
}
