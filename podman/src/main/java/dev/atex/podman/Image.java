package dev.atex.podman;

import dev.atex.concurrent.Deadline;
import dev.atex.podman.engine.Engine;
import dev.atex.podman.engine.EngineCall;
import dev.atex.podman.engine.EngineException;
import dev.atex.podman.engine.EngineKind;
import dev.atex.provisioner.ProvisionException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The image of the containers of a run. It is pulled once if necessary. Thread-safe. */
final class Image {
    /** The error messages of podman and docker for an image that they do not have. */
    private static final Pattern MISSING =
            Pattern.compile("no such image|image not known|unable to find", Pattern.CASE_INSENSITIVE);

    private static final System.Logger LOG = System.getLogger("dev.atex.podman");
    private static final int ATTEMPTS = 5;
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final Duration LOOK = Duration.ofMinutes(1);
    private static final Duration LONGEST_PULL = Duration.ofHours(1);

    private final Engine engine;
    private final String name;
    private final ContainerOptions.Pull pull;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicBoolean entered = new AtomicBoolean();
    private volatile boolean service;
    private boolean ready;
    private @Nullable ProvisionException failure;

    Image(Engine engine, ContainerOptions options) {
        this.engine = engine;
        this.name = options.image();
        this.pull = options.pull();
    }

    /** Returns whether a command has run in a container of the image. */
    AtomicBoolean entered() {
        return entered;
    }

    /** Returns whether a service creates the containers, and not the call itself; known after {@link #check}. */
    boolean hasService() {
        return service;
    }

    /** Checks that the engine works, and that it has an image that must not be pulled. */
    void check() throws ProvisionException, InterruptedException {
        boolean here = isHere();
        if (!here && pull == ContainerOptions.Pull.NEVER) {
            throw new ProvisionException(
                    engine.kind().word() + " has no image '" + name + "', and pull=never forbids to pull it; '"
                            + engine.kind().word() + " images' lists those it has",
                    ProvisionException.Extent.PROVISIONER);
        }
        ready = here && pull != ContainerOptions.Pull.ALWAYS;
    }

    private boolean isHere() throws ProvisionException, InterruptedException {
        try {
            Deadline deadline = Deadline.after(LOOK);
            // podman prints a server only if it is the client of one
            String version = engine.call(
                    deadline, List.of("version", "--format", "{{.Client.Version}}{{if .Server}} service{{end}}"));
            service = engine.kind() == EngineKind.DOCKER || version.endsWith(" service");
            for (int attempt = 1; ; attempt++) {
                EngineCall.Result looked = engine.start(
                                List.of("image", "inspect", "--format", "{{.Id}}", name), Map.of())
                        .await(deadline);
                if (looked.exitCode() == 0) {
                    return true;
                }
                if (MISSING.matcher(looked.reason()).find()) {
                    return false;
                }
                if (attempt == ATTEMPTS) {
                    String _ = looked.orThrow();
                }
                LOG.log(Level.INFO, () -> "looking for the image '" + name + "' again: " + looked.reason());
                Thread.sleep(PAUSE); // an engine may fail for a moment
            }
        } catch (EngineException e) {
            throw new ProvisionException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Pulls the image if necessary; a failure is final. */
    void ensure() throws ProvisionException, InterruptedException {
        lock.lockInterruptibly();
        try {
            if (failure != null) {
                throw new ProvisionException(String.valueOf(failure.getMessage()), failure);
            }
            if (!ready) {
                check();
            }
            if (!ready) {
                fetch();
                ready = true;
            }
        } finally {
            lock.unlock();
        }
    }

    private void fetch() throws ProvisionException, InterruptedException {
        EngineCall call = null;
        LOG.log(Level.INFO, () -> "pulling the image '" + name + "'");
        try {
            call = engine.start(List.of("pull", "--quiet", name), Map.of());
            call.await(Deadline.after(LONGEST_PULL)).orThrow();
        } catch (EngineException e) {
            ProvisionException failed = new ProvisionException(
                    "cannot pull the image '" + name + "': " + e.getMessage() + ". Check its name; '"
                            + engine.kind().word() + " pull " + name + "' shows the error too",
                    ProvisionException.Extent.PROVISIONER,
                    e);
            failure = failed;
            throw failed;
        } finally {
            if (call != null) {
                call.terminate();
            }
        }
    }
}
