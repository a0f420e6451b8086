package dev.atex.podman;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.local.Containment;
import dev.atex.podman.engine.Engine;
import dev.atex.podman.engine.EngineException;
import dev.atex.podman.engine.EngineKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** The containers of a lease, found by what was said when they were made, and by nothing else. */
final class Containers {
    static final String RUN = "dev.atex.run";
    static final String LEASE = "dev.atex.lease";
    static final String EXPIRES = "dev.atex.expires";
    static final List<String> LABELS = List.of(RUN, LEASE, EXPIRES);

    /** In a ledger: what it is made of, and for how long a service may take to make it, in seconds. */
    static final String IMAGE = "image";

    static final String CREATE_LIMIT = "create-limit";

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final Engine engine;
    private final String leaseId;

    Containers(Engine engine, String leaseId) {
        this.engine = engine;
        this.leaseId = leaseId;
    }

    /** The name of the one that a lease is about. */
    static String name(String leaseId) {
        return "atex-" + leaseId;
    }

    /** What marks the call that makes it, which goes on when the process that made the call is gone. */
    private static String creationMark(String leaseId) {
        return leaseId + "-create";
    }

    /** Variables for that call. */
    static Map<String, String> creationEnvironment(String leaseId) {
        String outer = System.getenv("ATEX_MARK");
        return Map.of("ATEX_MARK", (outer == null ? "" : outer + ":") + creationMark(leaseId));
    }

    /** Whether a call is going on that makes one. */
    sealed interface Creation {
        /** None was seen. */
        record None() implements Creation {}

        /** There was one, and it has ended. */
        record Ended() implements Creation {}

        /** This process still does. */
        record GoesOn(long pid) implements Creation {}
    }

    /** Waits until nobody makes one any more: not ended by force, which would leave half of one. */
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

    /** What the engine leaves beside a container, for its network, has inherited the mark, and lives as long as that. */
    private boolean makesIt(ProcessHandle process) {
        return process.info().arguments().stream().flatMap(Stream::of).anyMatch(nameArgument(leaseId)::equals);
    }

    /** The argument by which it gets its name. */
    static String nameArgument(String leaseId) {
        return "--name=" + name(leaseId);
    }

    /** Ids of those that there are. The label alone is also on whatever somebody makes of an image of one. */
    List<String> find(Deadline deadline) throws EngineException, InterruptedException {
        return find(LEASE + "=" + leaseId, deadline);
    }

    /** Those of them that have this label too. */
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
     * Removes them, and returns when there are none. An engine that was disturbed fails for a while, and is asked again.
     *
     * @param known one that is known to be there
     * @throws EngineException the deadline came first
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
                throw failure.orElse(new EngineException("containers do not go away: " + String.join(", ", found)));
            }
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
