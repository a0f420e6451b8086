package dev.atex.connection.local;

import dev.atex.concurrent.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A hold on every process that was started through it, and on all that those start, also in sessions of their own: they
 * can be found and ended, by this process or, after its death, by another. Thread-safe.
 *
 * <p>Two means: an element of the environment variable {@value #MARK}, which children inherit, and a control group where
 * one can be made (as root, or with a delegated one). Limits: where there is no control group, a process that clears its
 * environment, or whose environment this user cannot read, is not found ({@code env -i}, {@code sudo}); one that the system's own services start on a command's behalf ({@code
 * systemd-run}, {@code at}) is none of ours, nor is one that root moves to another control group.
 */
public final class Containment {
    /** Holds the ids of the containments a process is in, outermost first, separated by colons. */
    static final String MARK = "ATEX_MARK";

    private static final String PREFIX = "atex-";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");
    private static final Pattern SHELL_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Duration FIRST_PAUSE = Duration.ofMillis(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(32);

    private final String id;
    private final Optional<Cgroup> cgroup;

    private Containment(String id, Optional<Cgroup> cgroup) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("the id of a containment goes into names and paths, not '" + id + "'");
        }
        this.id = id;
        this.cgroup = cgroup;
    }

    /**
     * A new containment, with a control group if one can be made.
     *
     * @param id letters, digits, {@code _.-}; unique on this host
     */
    public static Containment create(String id) {
        return new Containment(id, Cgroup.create(PREFIX + id));
    }

    /** One without a control group. */
    static Containment markOnly(String id) {
        return new Containment(id, Optional.empty());
    }

    /**
     * One that was made earlier, perhaps by another process.
     *
     * @param cgroup what {@link #cgroup()} of that was; another directory is refused, for what is in it will be killed
     */
    public static Containment existing(String id, Optional<Path> cgroup) {
        cgroup.ifPresent(directory -> {
            if (!directory.endsWith(PREFIX + id)) {
                throw new IllegalArgumentException(directory + " is not the control group of containment '" + id + "'");
            }
        });
        return new Containment(id, cgroup.map(Cgroup::existing));
    }

    /** What the mark consists of. */
    public String id() {
        return id;
    }

    /** The directory of the control group, if there is one. */
    public Optional<Path> cgroup() {
        return cgroup.map(Cgroup::directory);
    }

    /** Adds the mark to the environment of a command. */
    void mark(Map<String, String> environment) {
        environment.merge(MARK, id, (outer, own) -> outer + ":" + own);
    }

    /**
     * What to start instead of {@code argv}, so that it is in the control group before its program runs. A shell moves
     * itself there and is then replaced by the program.
     *
     * @param environment of the command; a POSIX shell drops variables whose name it can't spell, bash keeps them
     */
    List<String> enter(List<String> argv, Map<String, String> environment) {
        if (cgroup.isEmpty()) {
            return argv;
        }
        boolean plain = environment.keySet().stream()
                .allMatch(name -> SHELL_NAME.matcher(name).matches());
        List<String> command = new ArrayList<>(argv.size() + 4);
        command.add(plain ? "/bin/sh" : "bash");
        command.add("-c");
        command.add("echo 0 >\"$0\"/cgroup.procs && exec \"$@\"");
        command.add(cgroup.get().directory().toString());
        command.addAll(argv);
        return command;
    }

    /** The processes in it; never this one, nor one of its ancestors. Zombies don't count. */
    public List<ProcessHandle> members() {
        Set<Long> spared = thisAndAncestors();
        Set<Long> candidates = new HashSet<>();
        cgroup.ifPresent(group -> candidates.addAll(group.processes()));
        for (long pid : Processes.all()) {
            if (isMarked(pid)) {
                candidates.add(pid);
            }
        }
        candidates.removeAll(spared);
        // The handle first, then the look again: an id that was given to another process meanwhile is not a member.
        return candidates.stream()
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .filter(handle -> isMarked(handle.pid())
                        || cgroup.map(group -> group.contains(handle.pid())).orElse(false))
                .filter(handle -> !Processes.isZombie(handle.pid()))
                .toList();
    }

    /**
     * Kills every member until there is none.
     *
     * @return those that would not go before the deadline; empty if all is well
     */
    public List<ProcessHandle> killAll(Deadline deadline) throws InterruptedException {
        // Looked for before they are killed: one that is ending has no environment, and is in no list of a control
        // group,
        // but may have its files open still.
        Set<ProcessHandle> ending = new HashSet<>(members());
        cgroup.ifPresent(Cgroup::killOrFreeze);
        // The kernel tells nobody but the parent when a process is gone: look again, less and less often.
        Duration pause = FIRST_PAUSE;
        while (true) {
            ending.addAll(members());
            ending.removeIf(handle -> !handle.isAlive() || Processes.isZombie(handle.pid()));
            ending.forEach(ProcessHandle::destroyForcibly);
            if (ending.isEmpty() || deadline.isExpired()) {
                return List.copyOf(ending);
            }
            pause = pause(pause, deadline);
        }
    }

    /**
     * Removes the control group, which must be empty. Does nothing if there is none, or no longer.
     *
     * @param deadline a process that has just ended may still count for a moment
     */
    public void remove(Deadline deadline) throws IOException, InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (cgroup.isPresent()) {
            try {
                cgroup.get().remove();
                return;
            } catch (IOException e) {
                if (deadline.isExpired()) {
                    throw e;
                }
            }
            pause = pause(pause, deadline);
        }
    }

    /** Waits, and returns how long to wait the next time. */
    private static Duration pause(Duration pause, Deadline deadline) throws InterruptedException {
        Thread.sleep(deadline.orAfter(pause).remaining());
        Duration longer = pause.multipliedBy(2);
        return longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
    }

    private boolean isMarked(long pid) {
        byte[] environment;
        try {
            environment = Files.readAllBytes(Path.of("/proc/" + pid + "/environ"));
        } catch (IOException e) {
            return false; // gone, or another user's
        }
        String text = new String(environment, StandardCharsets.ISO_8859_1);
        return Stream.of(text.split("\0"))
                .filter(variable -> variable.startsWith(MARK + "="))
                .flatMap(variable ->
                        Stream.of(variable.substring(MARK.length() + 1).split(":")))
                .anyMatch(id::equals);
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
