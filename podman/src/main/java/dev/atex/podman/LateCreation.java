package dev.atex.podman;

import dev.atex.concurrent.Deadline;
import dev.atex.podman.engine.Engine;
import dev.atex.podman.engine.EngineCall;
import dev.atex.podman.engine.EngineException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A container that may appear late: a service was asked to create it, and the answer was lost. So its absence proves nothing.
 *
 * <p>Names are unique in an engine, and an engine reserves the name before it lists the container. So a placeholder, a
 * container that never runs, takes the name: while it exists, the engine refuses to create the late one. If the name is taken
 * already, the engine is creating the late one.
 */
final class LateCreation {
    /** The label of placeholders. */
    static final String PLACEHOLDER = "dev.atex.placeholder";

    private static final System.Logger LOG = System.getLogger("dev.atex.podman");
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    /** After the limit, this many looks in a row must find nothing. */
    private static final int LOOKS = 2;

    private static final Pattern TAKEN = Pattern.compile("already in use", Pattern.CASE_INSENSITIVE);

    /**
     * Messages of a client that has not sent the request, or of a service that refuses it. Docker's client prints "cannot
     * connect" for any network timeout, also after it has sent the request (moby, client/request.go); only for a local socket
     * it is certain.
     */
    private static final Pattern REFUSED = Pattern.compile(
            "unknown (shorthand )?flag|unknown option|flag needs an argument|invalid (argument|reference|value|option|mount|volume|port)"
                    + "|bad parameter|conflicting options|no such image|image not known|unable to find image|pull access denied"
                    + "|cannot connect to the docker daemon at unix:|unable to connect to podman|connection refused|no such host"
                    + "|permission denied while trying to connect|already in use",
            Pattern.CASE_INSENSITIVE);

    /** Exit codes after which the container exists: 126 and 127 are about the command in it. */
    private static final List<Integer> MADE = List.of(0, 126, 127);

    private final Engine engine;
    private final Containers containers;
    private final String leaseId;
    private final Optional<String> image;
    private final Duration limit;
    private Deadline latest;
    private Name name = Name.FREE;

    /** A placeholder was requested at least once: the engine may exceed the limit. */
    private boolean asked;

    /** The answer to a request for a placeholder was lost too, and no placeholder was seen since. */
    private boolean placeholderMayCome;

    /** The container appeared and is being removed; there is no second one, as it was requested once. */
    private boolean over;

    private enum Name {
        /** A placeholder can take it. */
        FREE,
        /** A placeholder has it. */
        HELD,
        /** A container that is not listed yet has it. */
        TAKEN,
        /** Unknown. */
        UNKNOWN
    }

    /**
     * A container that a call which has ended asked for.
     *
     * @param image the image of placeholders; if empty, none are created
     * @param limit the longest time the service takes
     * @param latest the time until which the container may appear
     */
    LateCreation(Engine engine, String leaseId, Optional<String> image, Duration limit, Deadline latest) {
        this.engine = engine;
        this.containers = new Containers(engine, leaseId);
        this.leaseId = leaseId;
        this.image = image;
        this.limit = limit;
        this.latest = latest;
    }

    /** Returns whether the engine may still create the container after this answer. */
    static boolean isDoubtful(EngineCall.Result answer) {
        return !MADE.contains(answer.exitCode())
                && !REFUSED.matcher(answer.err()).find();
    }

    /**
     * Removes the container if it appears; returns when it cannot appear any more.
     *
     * @throws EngineException if the deadline expires first or the engine does not answer; call again to continue
     */
    void settle(Deadline deadline) throws EngineException, InterruptedException {
        Optional<EngineException> failure = Optional.empty();
        Duration pause = FIRST_PAUSE;
        LOG.log(
                Level.INFO,
                () -> "the answer of the engine was lost: watching for container " + Containers.name(leaseId) + " for "
                        + latest.remaining().toSeconds() + " s");
        for (int unseen = 0; unseen < LOOKS; ) {
            try {
                if (look(deadline)) {
                    return;
                }
                failure = Optional.empty();
                boolean late = latest.isExpired() && name != Name.TAKEN && name != Name.HELD;
                unseen = late ? unseen + 1 : 0;
            } catch (EngineException e) {
                failure = Optional.of(e);
                unseen = 0;
            }
            if (unseen < LOOKS) {
                if (deadline.isExpired()) {
                    throw new EngineException("container " + Containers.name(leaseId)
                            + " may still be created, as the answer of the engine was lost"
                            + failure.map(why -> ": " + why.getMessage()).orElse(""));
                }
                Duration next =
                        latest.isExpired() ? pause : latest.orAfter(pause).remaining();
                Thread.sleep(deadline.orAfter(next).remaining());
                Duration twice = pause.multipliedBy(2);
                pause = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
            }
        }
    }

    /** Returns whether nothing can appear any more. */
    private boolean look(Deadline deadline) throws EngineException, InterruptedException {
        List<String> all = containers.find(deadline);
        // listed last: a placeholder that appears between the two lists must not count as the container
        List<String> placeholders = containers.find(PLACEHOLDER, deadline);
        placeholderMayCome &= placeholders.isEmpty();
        over |= !placeholders.containsAll(all);
        if (over) {
            LOG.log(Level.INFO, () -> "removing late container " + Containers.name(leaseId));
            containers.remove(Optional.empty(), deadline);
            name = Name.UNKNOWN; // so that no placeholder is requested again
            return !placeholderMayCome;
        }
        if (!placeholders.isEmpty()) {
            name = Name.HELD;
            asked = true;
        } else if (name == Name.HELD) {
            name = Name.FREE;
        }
        boolean useful = name == Name.TAKEN || (name == Name.FREE && !(asked && latest.isExpired()));
        if (useful && image.isPresent()) {
            hold(image.get(), deadline);
        } else if (name == Name.HELD && latest.isExpired()) {
            containers.remove(Optional.empty(), deadline);
        }
        return false;
    }

    private void hold(String of, Deadline deadline) throws EngineException, InterruptedException {
        List<String> create = new ArrayList<>(List.of(
                "create",
                "--pull=never",
                Containers.nameArgument(leaseId),
                "--label=" + Containers.LEASE + "=" + leaseId,
                "--label=" + PLACEHOLDER + "=true",
                "--network=none",
                "--entrypoint=true",
                of));
        asked = true;
        EngineCall.Result answer;
        try {
            answer = engine.start(create, Containers.creationEnvironment(leaseId))
                    .await(deadline);
        } catch (EngineException e) {
            doubt();
            throw e;
        }
        if (answer.exitCode() == 0) {
            name = Name.HELD;
        } else if (TAKEN.matcher(answer.err()).find()) {
            name = Name.TAKEN;
        } else if (isDoubtful(answer)) {
            doubt();
        } else {
            name = Name.UNKNOWN;
        }
    }

    /** The placeholder itself may appear late. */
    private void doubt() {
        name = Name.UNKNOWN;
        placeholderMayCome = true;
        latest = Deadline.after(limit);
    }
}
