package dev.atex.podman;

import dev.atex.concurrent.Deadline;
import dev.atex.podman.engine.Engine;
import dev.atex.podman.engine.EngineCall;
import dev.atex.podman.engine.EngineException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A container that a service was asked for and that may still come, as the answer was lost: that it is not there says
 * nothing.
 *
 * <p>Names are unique in an engine, and taken before a container is listed. So its name is held by a container that never
 * runs: while that is there, a late one is refused; where it cannot be made, the late one is on its way.
 */
final class LateCreation {
    /** On what holds a name. */
    static final String PLACEHOLDER = "dev.atex.placeholder";

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    /** After its time nothing must be seen so many times. */
    private static final int LOOKS = 2;

    private static final Pattern TAKEN = Pattern.compile("already in use", Pattern.CASE_INSENSITIVE);

    /**
     * Said before anything is asked of the service, or by the service itself about what it does not do. Docker's client says
     * "cannot connect" of any time-out of the network, also when it had asked (moby, client/request.go): but for a socket here.
     */
    private static final Pattern REFUSED = Pattern.compile(
            "unknown (shorthand )?flag|unknown option|flag needs an argument|invalid (argument|reference|value|option|mount|volume|port)"
                    + "|bad parameter|conflicting options|no such image|image not known|unable to find image|pull access denied"
                    + "|cannot connect to the docker daemon at unix:|unable to connect to podman|connection refused|no such host"
                    + "|permission denied while trying to connect|already in use",
            Pattern.CASE_INSENSITIVE);

    /** What an engine ends with when it is the command in the container that cannot be started: there is a container. */
    private static final List<Integer> MADE = List.of(0, 126, 127);

    private final Engine engine;
    private final Containers containers;
    private final String leaseId;
    private final Optional<String> image;
    private final Duration limit;
    private Deadline latest;
    private Name name = Name.FREE;

    /** For the name at least once: the engine may be making it longer than it should. */
    private boolean asked;

    /** The answer to a wish for a placeholder was lost too, and it was not seen since. */
    private boolean placeholderMayCome;

    /** It has come, and is removed; it was asked for once only. */
    private boolean over;

    private enum Name {
        /** It can be taken. */
        FREE,
        /** By a placeholder. */
        HELD,
        /** By what cannot be seen yet. */
        TAKEN,
        /** Nobody knows. */
        UNKNOWN
    }

    /**
     * One that was asked for by a call that has ended.
     *
     * @param image what placeholders are made of; if empty, there are none
     * @param limit how long the service takes at most
     * @param latest until when it may come
     */
    LateCreation(Engine engine, String leaseId, Optional<String> image, Duration limit, Deadline latest) {
        this.engine = engine;
        this.containers = new Containers(engine, leaseId);
        this.leaseId = leaseId;
        this.image = image;
        this.limit = limit;
        this.latest = latest;
    }

    /** Whether an answer of the engine leaves open what becomes of a container that it was asked for. */
    static boolean isDoubtful(EngineCall.Result answer) {
        return !MADE.contains(answer.exitCode())
                && !REFUSED.matcher(answer.err()).find();
    }

    /**
     * Removes it if it comes, and returns when it cannot come any more.
     *
     * @throws EngineException the deadline came first, or the engine does not answer; call again to go on
     */
    void settle(Deadline deadline) throws EngineException, InterruptedException {
        Optional<EngineException> failure = Optional.empty();
        Duration pause = FIRST_PAUSE;
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
                            + " may still be made, as the answer of the engine was lost"
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

    /** True: nothing of it can come any more. */
    private boolean look(Deadline deadline) throws EngineException, InterruptedException {
        List<String> all = containers.find(deadline);
        // after the other list: a placeholder that comes between the two must not be taken for the container
        List<String> placeholders = containers.find(PLACEHOLDER, deadline);
        placeholderMayCome &= placeholders.isEmpty();
        over |= !placeholders.containsAll(all);
        if (over) {
            containers.remove(Optional.empty(), deadline);
            name = Name.UNKNOWN; // not to be asked for again
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

    /** The placeholder itself may come late. */
    private void doubt() {
        name = Name.UNKNOWN;
        placeholderMayCome = true;
        latest = Deadline.after(limit);
    }
}
