package dev.atex.local.process;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.support.LimitMark;
import dev.atex.internal.files.FileProblems;
import dev.atex.internal.files.Users;
import dev.atex.lease.LeaseException;
import dev.atex.lease.ledger.DirectoryReclaimer;
import dev.atex.lease.ledger.LeaseNames;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything that a local connection with a lease, and programs that use it, can leave on this host: processes, control
 * groups, directories. Nothing is looked at that does not carry the id of the lease, or the name that its locator has, nor
 * a directory that belongs to another user.
 */
public final class LocalLeftovers {
    /** The key of the locator for the directory of temporary files of connections. */
    public static final String TEMPORARY = "temporary";

    private static final String WORK = "work";
    private static final String CGROUPS = "cgroups";
    private static final String LIMIT = "limit";

    private final String leaseId;
    private final String shortName;
    private final Set<String> workNames;
    private final Path temporary;
    private final List<Path> work;
    private final List<Path> groups;
    /** The limit of file locks in the process that has the lease, for {@link LimitMark}. Empty in older ledgers. */
    private final String limit;

    /** Creates an object for a lease with a locator from {@link #locator}. */
    public LocalLeftovers(String leaseId, Map<String, String> locator) {
        this.leaseId = leaseId;
        shortName = LeaseNames.shortName(leaseId);
        workNames = new LinkedHashSet<>(List.of(locator.getOrDefault(LeaseNames.NAME, shortName), shortName));
        temporary = Path.of(locator.getOrDefault(TEMPORARY, "/tmp"));
        work = paths(locator.getOrDefault(WORK, ""));
        groups = paths(locator.getOrDefault(CGROUPS, ""));
        limit = locator.getOrDefault(LIMIT, "");
    }

    /**
     * Returns the locator of a lease of this process.
     *
     * @param workName the connection's work name
     */
    public static Map<String, String> locator(String workName) {
        Map<String, String> locator = locator();
        locator.put(LeaseNames.NAME, workName);
        return locator;
    }

    /** Returns the locator of this process, with absolute paths, because a reaper may run in another directory. */
    public static Map<String, String> locator() {
        Set<String> work = new LinkedHashSet<>(List.of("/var"));
        String chosen = System.getenv().getOrDefault("TMPDIR", "");
        work.add(absolute(chosen.isEmpty() ? "/var/tmp" : chosen));
        work.add("/tmp");
        Map<String, String> locator = new LinkedHashMap<>();
        locator.put(TEMPORARY, absolute(System.getProperty("java.io.tmpdir")));
        locator.put(WORK, String.join(":", work));
        locator.put(
                CGROUPS,
                CgroupMounts.ofThisProcess().stream().map(Path::toString).collect(Collectors.joining(":")));
        locator.put(LIMIT, LimitMark.own());
        return locator;
    }

    private static String absolute(String path) {
        return Path.of(path).toAbsolutePath().toString();
    }

    private static List<Path> paths(String list) {
        return Stream.of(list.split(":"))
                .filter(path -> path.startsWith("/"))
                .map(Path::of)
                .toList();
    }

    /** Returns a description of the leftovers for users; empty if there are none. */
    public Optional<String> describe() throws LeaseException, InterruptedException {
        Set<ProcessHandle> processes = new HashSet<>();
        for (Containment containment : containments()) {
            processes.addAll(containment.members());
        }
        List<String> found = new ArrayList<>();
        if (!processes.isEmpty()) {
            found.add(processes.size() == 1 ? "1 process" : processes.size() + " processes");
        }
        Stream.concat(directories().stream(), existingGroups().stream()).forEach(path -> found.add(path.toString()));
        return found.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", found));
    }

    /**
     * Ends all processes and removes everything.
     *
     * @throws LeaseException if something is left; names it
     */
    public void remove(Deadline deadline) throws LeaseException, InterruptedException {
        end(containments(), deadline);
    }

    /**
     * Removes everything after the connection was disconnected, which has ended the marked processes.
     *
     * @throws LeaseException if something is left; names it
     */
    public void removeAfterDisconnect(Deadline deadline) throws LeaseException, InterruptedException {
        end(groups(), deadline);
    }

    private void end(List<Containment> containments, Deadline deadline) throws LeaseException, InterruptedException {
        for (Containment containment : containments) {
            List<ProcessHandle> left = containment.killAll(deadline);
            if (!left.isEmpty()) {
                throw new LeaseException(
                        "these processes of lease " + leaseId + " do not end: " + Processes.text(left));
            }
        }
        try {
            for (Containment containment : containments) {
                containment.remove(deadline);
            }
        } catch (IOException e) {
            throw new LeaseException(
                    "a control group of lease " + leaseId + " cannot be removed: " + FileProblems.of(e), e);
        }
        for (Path directory : directories()) {
            DirectoryReclaimer.removeInterruptibly(directory);
        }
    }

    /** Returns the containments of its processes: by mark, and by each control group. */
    private List<Containment> containments() {
        List<Containment> containments = groups();
        containments.addFirst(Containment.existing(leaseId, Optional.empty(), limit));
        return containments;
    }

    private List<Containment> groups() {
        List<Containment> containments = new ArrayList<>();
        for (Path group : existingGroups()) {
            String id = group.endsWith("atex-" + leaseId) ? leaseId : shortName;
            containments.add(Containment.existing(id, Optional.of(group)));
        }
        return containments;
    }

    private List<Path> existingGroups() {
        return groups.stream()
                .flatMap(parent -> Stream.of(parent.resolve("atex-" + leaseId), parent.resolve("atex-" + shortName)))
                .filter(Files::isDirectory)
                .toList();
    }

    private List<Path> directories() throws LeaseException {
        List<Path> directories = new ArrayList<>();
        for (Path parent : work) {
            workNames.stream()
                    .map(name -> parent.resolve("atex-" + name))
                    .filter(Users::isOwnDirectory)
                    .forEach(directories::add);
        }
        if (Files.isDirectory(temporary)) {
            try (var pipes = Files.newDirectoryStream(temporary, "atex-" + leaseId + "-*")) {
                for (Path pipe : pipes) {
                    if (Users.isOwnDirectory(pipe)) {
                        directories.add(pipe);
                    }
                }
            } catch (DirectoryIteratorException e) {
                throw new LeaseException("cannot look into " + temporary + ": " + FileProblems.of(e), e);
            } catch (IOException e) {
                throw new LeaseException("cannot look into " + temporary + ": " + FileProblems.of(e), e);
            }
        }
        return directories;
    }
}
