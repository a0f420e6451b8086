package dev.atex.podman;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.lease.Lease;
import dev.atex.lease.LeaseException;
import dev.atex.lease.ledger.CrashPoints;
import dev.atex.local.LocalConnection;
import dev.atex.local.process.LocalLeftovers;
import dev.atex.podman.connection.ContainerConnection;
import dev.atex.podman.engine.Engine;
import dev.atex.podman.engine.EngineCall;
import dev.atex.podman.engine.EngineException;
import dev.atex.podman.engine.EngineKind;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ReleaseException;
import dev.atex.provisioner.pool.AbstractReservation;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** The reservation of one container. */
final class ContainerReservation extends AbstractReservation {
    /** The ledger entry with the id of the container. */
    static final String CONTAINER = "container";

    private static final System.Logger LOG = System.getLogger("dev.atex.podman");
    private static final Duration CREATE = Duration.ofMinutes(10);
    private static final Duration CONNECT = Duration.ofMinutes(10);
    /** More at a time need more memory and are not faster. */
    private static final Semaphore CREATIONS =
            new Semaphore(2 * Runtime.getRuntime().availableProcessors());

    private final Engine engine;
    private final ContainerOptions options;
    private final Image image;
    private final String runId;
    private volatile @Nullable Lease lease;
    private volatile @Nullable EngineCall creation;
    private volatile @Nullable LateCreation late;
    private volatile @Nullable String id;
    private volatile @Nullable LocalConnection local;
    private volatile @Nullable ContainerConnection connection;

    ContainerReservation(
            String name, Engine engine, ContainerOptions options, Image image, ProvisionerContext context) {
        super(name, context.leases());
        this.engine = engine;
        this.options = options;
        this.image = image;
        this.runId = context.runId();
    }

    @Override
    protected Connection acquire() throws ProvisionException, InterruptedException {
        image.ensure();
        Map<String, String> locator = new LinkedHashMap<>(LocalLeftovers.locator());
        locator.putAll(engine.locator());
        locator.put(Containers.IMAGE, options.image());
        locator.put(Containers.CREATE_LIMIT, Long.toString(createLimit().toSeconds()));
        Deadline deadline = Deadline.after(CONNECT);
        try (TaskScope scope = TaskScope.open(name())) {
            String made = create(locator, scope, deadline);
            id = made;
            have(Map.of(CONTAINER, made));
            LOG.log(Level.DEBUG, () -> name() + ": created container " + made + " of " + options.image());
            ContainerConnection whole = ContainerConnection.of(
                    engine, made, options.systemd(), image.entered(), Objects.requireNonNull(local));
            connection = whole;
            whole.connect(deadline);
            return whole;
        } catch (EngineException | ConnectionException e) {
            throw new ProvisionException(name() + ": " + e.getMessage(), e);
        }
    }

    private Duration createLimit() {
        return image.hasService() ? options.createLimit() : Duration.ZERO;
    }

    /**
     * Creates the container. An interrupt only ends the wait: {@link #free} removes a container that appears later. The lease is
     * written just before the call, so that both have the same time.
     */
    private String create(Map<String, String> locator, TaskScope scope, Deadline deadline)
            throws EngineException, ProvisionException, InterruptedException {
        CREATIONS.acquire();
        try {
            Lease taken = intend(engine.kind().word(), locator);
            lease = taken;
            LocalConnection mine = LocalConnection.forClients(Optional.of(taken.id()));
            local = mine;
            scope.run(
                    "connect", () -> mine.connect(deadline)); // in parallel; if it fails, the later connect reports it
            CrashPoints.reached("container before create");
            EngineCall call = engine.start(arguments(taken.id()), Containers.creationEnvironment(taken.id()));
            creation = call;
            CrashPoints.reached("container while created");
            List<String> printed =
                    call.await(Deadline.after(CREATE)).orThrow().lines().toList();
            CrashPoints.reached("container after create");
            return printed.getLast();
        } finally {
            CREATIONS.release();
        }
    }

    private List<String> arguments(String leaseId) {
        Instant expires = Instant.now().plus(options.lifetime()).truncatedTo(ChronoUnit.SECONDS);
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                "--detach",
                "--pull=never",
                Containers.nameArgument(leaseId),
                "--label=" + Containers.RUN + "=" + runId,
                "--label=" + Containers.LEASE + "=" + leaseId,
                "--label=" + Containers.EXPIRES + "=" + expires));
        if (!options.systemd()) {
            arguments.add("--rm");
        }
        if (engine.kind() == EngineKind.PODMAN) {
            arguments.add("--timeout=" + options.lifetime().toSeconds());
            if (options.systemd()) {
                arguments.add("--systemd=always");
            }
        }
        arguments.addAll(options.options());
        arguments.add("--entrypoint=" + options.init().getFirst());
        arguments.add(options.image());
        arguments.addAll(options.init().subList(1, options.init().size()));
        return arguments;
    }

    /** Returns the id of the container. */
    String id() {
        return Objects.requireNonNull(id, "not reserved");
    }

    @Override
    protected void free(Deadline deadline) throws ReleaseException, InterruptedException {
        Lease taken = lease;
        if (taken == null) {
            return;
        }
        try {
            EngineCall call = creation;
            if (call != null) {
                EngineCall.Result answer = call.await(deadline);
                disconnect();
                if (createLimit().isZero() || !LateCreation.isDoubtful(answer)) {
                    new Containers(engine, taken.id()).remove(Optional.ofNullable(id), deadline);
                } else {
                    doubt(taken.id()).settle(deadline);
                }
                LOG.log(Level.DEBUG, () -> name() + ": removed container " + Containers.name(taken.id()));
            }
            LocalConnection mine = local;
            if (mine != null) {
                mine.disconnect(deadline);
            }
            new LocalLeftovers(taken.id(), LocalLeftovers.locator()).remove(deadline);
        } catch (EngineException | ConnectionException | LeaseException e) {
            throw new ReleaseException(name() + ": " + e.getMessage(), e);
        }
    }

    /** The limit counts from the first attempt, however often the release is tried. */
    private LateCreation doubt(String leaseId) {
        LateCreation known = late;
        if (known == null) {
            known = new LateCreation(
                    engine, leaseId, Optional.of(options.image()), createLimit(), Deadline.after(createLimit()));
            late = known;
        }
        return known;
    }

    private void disconnect() {
        ContainerConnection made = connection;
        if (made != null) {
            made.disconnect();
        }
    }
}
