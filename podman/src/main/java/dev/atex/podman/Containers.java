package dev.atex.podman;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.ProcessMarks;
import dev.atex.local.process.Containment;
import dev.atex.podman.engine.Engine;
import dev.atex.podman.engine.EngineException;
import dev.atex.podman.engine.EngineKind;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** The containers of a lease. They are found by the name and the label that they were created with, and by nothing else. */
final class Containers {
    static final String RUN = "dev.atex.run";
    static final String LEASE = "dev.atex.lease";
    static final String EXPIRES = "dev.atex.expires";
    static final List<String> LABELS = List.of(RUN, LEASE, EXPIRES);

    /** Ledger entries: the image, and the longest time in seconds in which a service creates the container. */
    static final String IMAGE = "image";

    static final String CREATE_LIMIT = "create-limit";

    private static final System.Logger LOG = System.getLogger("dev.atex.podman");
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final Engine engine;
    private final String leaseId;

    Containers(Engine engine, String leaseId) {
        this.engine = engine;
        this.leaseId = leaseId;
    }

    /** Returns the name of the container of a lease. */
    static String name(String leaseId) {
        return "atex-" + leaseId;
    }

    /** Returns the mark of the call that creates the container; the call continues when our process dies. */
    private static String creationMark(String leaseId) {
        return leaseId + "-create";
    }

    /** Returns the variables of that call. */
    static Map<String, String> creationEnvironment(String leaseId) {
        Map<String, String> environment = new HashMap<>();
        String outer = System.getenv(ProcessMarks.VARIABLE);
        if (outer != null) {
            ProcessMarks.add(environment, outer);
        }
        ProcessMarks.add(environment, creationMark(leaseId));
        return environment;
    }

    /** The state of the call that creates the container. */
    sealed interface Creation {
        /** No call was seen. */
        record None() implements Creation {}

        /** A call was seen, and it has ended. */
        record Ended() implements Creation {}

        /** The call with this process id is still running. */
        record GoesOn(long pid) implements Creation {}
    }

    /** Waits for the end of the call that creates a container. It is not killed, as that would leave half a container. */
    Creation awaitCreation(Deadline deadline) throws InterruptedException {
        Containment creation = Containment.existing(creationMark(leaseId), Optional.empty());
        Creation seen = new Creation.None();
        for (ProcessHandle process : creation.members()) {
            if (!makesIt(process)) {
                continue;
            }
            seen = new Creation.Ended();
            try {
                process.onExit().get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException | ExecutionException e) {
                return new Creation.GoesOn(process.pid());
            }
        }
        return seen;
    }

    /** Helpers of the engine, as for the network, inherit the mark and live as long as the container. */
    private boolean makesIt(ProcessHandle process) {
        return process.info().arguments().stream().flatMap(Stream::of).anyMatch(nameArgument(leaseId)::equals);
    }

    /** Returns the argument that sets the name. */
    static String nameArgument(String leaseId) {
        return "--name=" + name(leaseId);
    }

    /** Returns the ids of the containers. The name counts too: images committed from a container pass the label on. */
    List<String> find(Deadline deadline) throws EngineException, InterruptedException {
        return find(LEASE + "=" + leaseId, deadline);
    }

    /** Returns the ids of those that also have another label. */
    List<String> find(String label, Deadline deadline) throws EngineException, InterruptedException {
        List<String> list = List.of(
                "ps",
                "--all",
                "--no-trunc",
                "--filter",
                "label=" + LEASE + "=" + leaseId,
                "--filter",
                "label=" + label,
                "--format",
                "{{.ID}} {{.Names}}");
        return engine.call(deadline, list)
                .lines()
                .map(line -> line.split("[ ,]"))
                .filter(words -> List.of(words).contains(name(leaseId)))
                .map(words -> words[0])
                .toList();
    }

    /**
     * Removes the containers, and returns when none are left. Calls that fail are repeated, as an engine may fail for a moment.
     *
     * @param known the id of a container that is known to exist
     * @throws EngineException if the deadline expires first
     */
    void remove(Optional<String> known, Deadline deadline) throws EngineException, InterruptedException {
        List<String> found = known.map(List::of).orElse(List.of());
        Optional<EngineException> failure = Optional.empty();
        for (Duration pause = FIRST_PAUSE; ; pause = longer(pause)) {
            try {
                remove(found, deadline);
                failure = Optional.empty();
            } catch (EngineException e) {
                failure = Optional.of(e);
            }
            try {
                boolean first = found.isEmpty() && failure.isEmpty() && pause.equals(FIRST_PAUSE);
                found = find(deadline);
                if (found.isEmpty()) {
                    return;
                }
                if (first) {
                    continue;
                }
            } catch (EngineException e) {
                failure = Optional.of(e);
            }
            if (deadline.isExpired()) {
                throw failure.orElse(
                        new EngineException("the engine does not remove containers: " + String.join(", ", found)));
            }
            failure.ifPresent(why ->
                    LOG.log(Level.INFO, () -> "removing container " + name(leaseId) + " again: " + why.getMessage()));
            Thread.sleep(deadline.orAfter(pause).remaining());
        }
    }

    private void remove(List<String> ids, Deadline deadline) throws EngineException, InterruptedException {
        if (ids.isEmpty()) {
            return;
        }
        List<String> remove = new ArrayList<>(List.of("rm", "--force", "--volumes"));
        if (engine.kind() == EngineKind.PODMAN) {
            remove.addAll(List.of("--time", "0"));
        }
        remove.addAll(ids);
        engine.call(deadline, remove);
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }
}
