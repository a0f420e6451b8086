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

/** Logs in to the machine of any request. */
public final class Guest {
    /** The ledger entry with the file of the private key. */
    static final String KEY = "key";

    private Guest() {}

    /** Returns {@code user@host} of the machine of a request; empty as long as the log does not contain it. */
    public static Optional<String> login(TestingFarm farm, FarmRequest request, Deadline deadline)
            throws ApiException, InterruptedException {
        GuestLog said = new GuestLog();
        Optional<PipelineLog> log = farm.log(request);
        if (log.isPresent()) {
            log.get().read(said::take, deadline);
        }
        return said.login();
    }

    /** Returns the private key of a request, if this is its lease and names the key. */
    public static Optional<Path> key(LeaseRecord lease, String requestId) {
        boolean ours = lease.kind().equals(TestingFarmProvisionerFactory.KIND)
                && requestId.equals(lease.locator().get(TestingFarmReclaimer.REQUEST));
        return ours ? Optional.ofNullable(lease.locator().get(KEY)).map(Path::of) : Optional.empty();
    }

    /** Returns the default private key: the first of {@code ~/.ssh/id_*} that has a public file. */
    public static Optional<Path> usualKey() throws IOException {
        return LoginKey.find(Path.of(System.getProperty("user.home"), ".ssh"));
    }

    /** Returns whether {@link #loginCommand} needs a directory for files, as the user's ssh configuration names keys. */
    public static boolean needsFiles() throws IOException {
        return OneKeyConfig.namesKeys(Optional.empty());
    }

    /**
     * Returns a command of OpenSSH that logs in with this key only, whatever keys the agent and the user's configuration have.
     *
     * @param files a directory that exists while the command runs; needed only if {@link #needsFiles}
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
