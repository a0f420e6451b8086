package dev.atex.testingfarm;

import dev.atex.connection.ssh.KeyFiles;
import dev.atex.lease.Lease;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseLog;
import dev.atex.lease.ledger.DirectoryReclaimer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The key of a run: the user's, or a generated one that is removed again; and other files for its logins. Used by one thread at a time. */
final class RunKey {
    private final LeaseLog leases;
    private @Nullable Lease lease;
    private @Nullable Path directory;

    RunKey(LeaseLog leases) {
        this.leases = leases;
    }

    /** Returns the given key, else the user's first, else a new one. */
    LoginKey of(Optional<Path> given) throws IOException, LeaseException, InterruptedException {
        Path home = Path.of(System.getProperty("user.home"), ".ssh");
        Optional<Path> file = given.isPresent() ? given : LoginKey.find(home);
        return LoginKey.of(file.isPresent() ? file.get() : make());
    }

    private Path make() throws IOException, LeaseException, InterruptedException {
        Path file = directory().resolve("id_ecdsa");
        KeyFiles.generate(file);
        return file;
    }

    /** Returns the directory for files of the run, which {@link #remove} deletes. */
    Path directory() throws IOException, LeaseException, InterruptedException {
        Path there = directory;
        if (there != null) {
            return there;
        }
        Path parent = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
        Map<String, String> locator = DirectoryReclaimer.locator(parent);
        Lease taken = leases.intend(DirectoryReclaimer.KIND, locator);
        lease = taken;
        Path made = DirectoryReclaimer.create(locator, taken.id());
        directory = made;
        return made;
    }

    void remove() throws LeaseException {
        Lease taken = lease;
        Path made = directory;
        if (taken != null) {
            if (made != null) {
                DirectoryReclaimer.remove(made);
            }
            taken.gone();
        }
    }
}
