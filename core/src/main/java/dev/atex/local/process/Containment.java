package dev.atex.local.process;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.support.LimitMark;
import dev.atex.internal.concurrent.ProcessMarks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Contains all processes that are started through it, and their children, even in other sessions. This process, or another
 * one after its death, can find and end them. Thread-safe.
 *
 * <p>Children inherit two marks: one of the {@link ProcessMarks} in the environment, and a {@link LimitMark}. In addition,
 * a {@link Hold} contains them by one of the {@link Means}. Not contained: processes that services of the system start for a
 * command ({@code systemd-run}, {@code at}), and processes that root moves to another control group or gives other limits.
 */
public final class Containment {
    private static final String PREFIX = "atex-";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");
    private static final Optional<Path> PRLIMIT = Programs.find("prlimit");
    private static final Duration FIRST_PAUSE = Duration.ofMillis(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(32);
    private static final Duration SET_UP = Duration.ofSeconds(10);

    private final String id;
    private final Hold hold;
    private final Optional<LimitMark> limit;
    private final Optional<Path> prlimit;

    private Containment(String id, Hold hold, Optional<LimitMark> limit, Optional<Path> prlimit) {
        this.id = checked(id);
        this.hold = hold;
        this.limit = limit;
        this.prlimit = prlimit;
    }

    private static String checked(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("the id of a containment goes into names and paths, not '" + id + "'");
        }
        return id;
    }

    /** Returns the means to try by default, best first. */
    public static List<Means> candidates() {
        List<Means> candidates = new ArrayList<>(List.of(Means.CGROUP));
        if (Scopes.haveManager()) {
            candidates.add(Means.SYSTEMD);
        }
        // In a user namespace sudo has no effect. Tests that use it must not fail for how they are held.
        if (Processes.gainsNoRights()) {
            candidates.add(Means.NAMESPACE);
        }
        candidates.add(Means.MARK);
        return candidates;
    }

    /**
     * Opens a new containment.
     *
     * @param id letters, digits, {@code _.-}; unique on this host
     * @throws ConnectionException if the means is not available here, with the reason
     */
    public static Containment open(String id, Means means, Deadline deadline)
            throws ConnectionException, InterruptedException {
        Optional<LimitMark> limit = LimitMark.of(checked(id), LimitMark.own());
        Containment marks = new Containment(id, new MarkHold(), limit, PRLIMIT);
        Deadline early = deadline.orAfter(SET_UP);
        return switch (means) {
            case CGROUP -> // root does not leave a group by accident, and commands start faster without a second mark
                new Containment(
                        id,
                        GroupHold.of(Cgroup.create(PREFIX + id)
                                .orElseThrow(() -> new ConnectionException(
                                        "this process may not create a control group below its own"))),
                        Optional.empty(),
                        Optional.empty());
            case SYSTEMD -> new Containment(id, Scopes.open(PREFIX + id, marks::builder, early), limit, PRLIMIT);
            case NAMESPACE -> new Containment(id, NamespaceHold.open(marks::builder, early), limit, PRLIMIT);
            case MARK -> marks;
        };
    }

    private ProcessBuilder builder(List<String> argv) {
        ProcessBuilder builder = new ProcessBuilder();
        mark(builder.environment());
        return builder.command(enter(argv, builder.environment()));
    }

    /** Returns a containment with only the mark in the environment: for programs whose children must not be contained. */
    public static Containment markOnly(String id) {
        return new Containment(id, new MarkHold(), Optional.empty(), Optional.empty());
    }

    /**
     * Returns an existing containment, perhaps of another process.
     *
     * @param cgroup its {@link #cgroup()}; other directories are refused, because all processes in it will be killed
     */
    public static Containment existing(String id, Optional<Path> cgroup) {
        return existing(id, cgroup, "");
    }

    /**
     * Returns an existing containment that is found by both marks.
     *
     * @param limit {@link LimitMark#own} of the process that opened it
     */
    static Containment existing(String id, Optional<Path> cgroup, String limit) {
        cgroup.ifPresent(directory -> {
            if (!directory.endsWith(PREFIX + id)) {
                throw new IllegalArgumentException(directory + " is not the control group of containment '" + id + "'");
            }
        });
        Hold hold =
                cgroup.<Hold>map(group -> GroupHold.of(Cgroup.existing(group))).orElseGet(MarkHold::new);
        return new Containment(id, hold, LimitMark.of(id, limit), Optional.empty());
    }

    /** Returns its id, which is its mark. */
    public String id() {
        return id;
    }

    /** Returns its means. */
    public Means means() {
        return hold.means();
    }

    /** Returns the directory of its control group, if there is one. */
    public Optional<Path> cgroup() {
        return hold.cgroup().map(Cgroup::directory);
    }

    /** Adds the mark to the environment of a command. */
    public void mark(Map<String, String> environment) {
        ProcessMarks.add(environment, id);
    }

    /**
     * Returns the command to start instead of {@code argv}, so that it is contained before its program runs.
     *
     * @param environment environment of the command
     */
    public List<String> enter(List<String> argv, Map<String, String> environment) {
        List<String> marked = new ArrayList<>();
        if (limit.isPresent() && prlimit.isPresent()) {
            marked.addAll(limit.get().prefix(prlimit.get()));
        }
        marked.addAll(argv);
        return hold.enter(marked, environment);
    }

    /** Returns the command to start instead of {@code argv} in the session of the command. */
    public List<String> inside(List<String> argv, Map<String, String> environment) {
        return hold.inside(argv, environment);
    }

    /** Returns its processes, without zombies, this process and its ancestors. */
    public List<ProcessHandle> members() throws InterruptedException {
        Search search = new Search();
        while (true) {
            List<ProcessHandle> found = search.look(_ -> {});
            if (!found.isEmpty() || search.isOver()) {
                return found;
            }
            Thread.sleep(FIRST_PAUSE);
        }
    }

    /**
     * Kills all members, until two looks in a row find none.
     *
     * @return the members that are left at the deadline; empty if all ended
     */
    public List<ProcessHandle> killAll(Deadline deadline) throws InterruptedException {
        Search search = new Search();
        // Look before the kill: a process that is ending has no environment, and is not in the list of a control
        // group, but may still have files open.
        Set<ProcessHandle> ending = new HashSet<>(search.look(_ -> {}));
        hold.kill();
        // The kernel notifies only the parent about the end of a process: look again, with growing pauses.
        Duration pause = FIRST_PAUSE;
        while (true) {
            List<ProcessHandle> found = search.look(ProcessHandle::destroyForcibly);
            ending.addAll(found);
            ending.removeIf(handle -> !handle.isAlive() || Processes.isZombie(handle.pid()));
            ending.forEach(ProcessHandle::destroyForcibly);
            if (ending.isEmpty() && found.isEmpty()) {
                if (search.isOver()) {
                    return List.of();
                }
                pause = FIRST_PAUSE;
                Thread.sleep(pause);
            } else if (deadline.isExpired()) {
                return List.copyOf(ending.isEmpty() ? found : ending);
            } else {
                pause = found.isEmpty() ? pause(pause, deadline) : FIRST_PAUSE;
            }
        }
    }

    /**
     * Removes the control group, which must be empty. Does nothing if there is none; systemd removes its own.
     *
     * @param deadline limits the wait for a process that has just ended, and still counts for a moment
     */
    public void remove(Deadline deadline) throws IOException, InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (hold.cgroup().isPresent() && hold.means() != Means.SYSTEMD) {
            try {
                hold.cgroup().get().remove();
                return;
            } catch (IOException e) {
                if (deadline.isExpired()) {
                    throw e;
                }
            }
            pause = pause(pause, deadline);
        }
    }

    /** Waits, and returns the duration of the next wait. */
    private static Duration pause(Duration pause, Deadline deadline) throws InterruptedException {
        Thread.sleep(deadline.orAfter(pause).remaining());
        Duration longer = pause.multipliedBy(2);
        return longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
    }

    /**
     * Looks for members, one after the other.
     *
     * <p>A process that forks and exits all the time is a different one at each look. Process ids mostly grow, and a look reads
     * them in order, so that it meets one of them. But that one may have ended before its mark can be read: such a look proves
     * nothing, unless there are many. The newest processes are read first.
     */
    private final class Search {
        private static final int ENOUGH = 2;
        private static final int MANY = 100;

        private final Set<Long> spared = thisAndAncestors();
        /** The processes that were gone, or zombies, in the last look. */
        private Set<Long> zombies = Set.of();

        private int conclusive;
        private int without;

        /** Returns whether enough looks in a row found none. */
        boolean isOver() {
            return conclusive >= ENOUGH || without >= MANY;
        }

        /**
         * Returns the current members.
         *
         * @param then receives each as soon as it is found
         */
        List<ProcessHandle> look(Consumer<ProcessHandle> then) {
            List<ProcessHandle> found = new ArrayList<>();
            hold.cgroup().ifPresent(group -> group.processes().forEach(pid -> meet(pid, then, found)));
            Set<Long> gone = new HashSet<>();
            for (long pid : Processes.all().reversed()) {
                boolean seen = isMarked(pid) ? meet(pid, then, found) : Processes.isAlive(pid);
                if (!seen) {
                    gone.add(pid);
                }
            }
            boolean whole = hold.endsAtOnce() || zombies.containsAll(gone);
            zombies = gone;
            without = found.isEmpty() ? without + 1 : 0;
            conclusive = found.isEmpty() && whole ? conclusive + 1 : 0;
            return found;
        }

        /** Returns whether the process exists. */
        private boolean meet(long pid, Consumer<ProcessHandle> then, List<ProcessHandle> found) {
            if (spared.contains(pid)) {
                return true;
            }
            // The handle first, then the mark again: a process that has reused the id meanwhile is not a member.
            Optional<ProcessHandle> member = ProcessHandle.of(pid)
                    .filter(_ -> isMarked(pid)
                            || hold.cgroup().map(group -> group.contains(pid)).orElse(false))
                    .filter(_ -> !Processes.isZombie(pid));
            member.filter(handle -> !found.contains(handle)).ifPresent(handle -> {
                then.accept(handle);
                found.add(handle);
            });
            return member.isPresent();
        }
    }

    private boolean isMarked(long pid) {
        return limit.map(mark -> mark.isOn(pid)).orElse(false) || Processes.hasInList(pid, ProcessMarks.VARIABLE, id);
    }

    private static Set<Long> thisAndAncestors() {
        Set<Long> pids = new HashSet<>();
        Optional<ProcessHandle> handle = Optional.of(ProcessHandle.current());
        while (handle.isPresent() && pids.add(handle.get().pid())) {
            handle = handle.get().parent();
        }
        return pids;
    }
}
