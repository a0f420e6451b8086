package dev.atex.local.process;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Scopes of the systemd user manager, see systemd-run(1) and org.freedesktop.systemd1(5). The manager lets processes of
 * the user in, also from the scope of a login session, which the user may not move them out of.
 */
final class Scopes {
    private static final String JOIN =
            "busctl --user --timeout=10 call org.freedesktop.systemd1 /org/freedesktop/systemd1"
                    + " org.freedesktop.systemd1.Manager AttachProcessesToUnit ssau \"${0##*/}\" '' 1 $$";

    private Scopes() {}

    /** Returns whether there is a user manager. */
    static boolean haveManager() {
        String runtime = System.getenv().getOrDefault("XDG_RUNTIME_DIR", "");
        return runtime.startsWith("/") && Files.exists(Path.of(runtime, "systemd", "private"));
    }

    /**
     * Opens a scope, which exists as long as it has a process; the first one is marked.
     *
     * @param name name without {@code .scope}
     */
    static GroupHold open(String name, Holder.Marking command, Deadline deadline)
            throws ConnectionException, InterruptedException {
        if (!haveManager()) {
            throw new ConnectionException("no systemd user manager: $XDG_RUNTIME_DIR/systemd/private is missing");
        }
        String unit = name + ".scope";
        Holder holder = Holder.start(
                command.mark(List.of(
                        "systemd-run",
                        "--user",
                        "--scope",
                        "--collect",
                        "--quiet",
                        "--unit=" + unit,
                        "--property=Delegate=yes",
                        "--",
                        "cat")),
                deadline);
        Optional<Path> directory = CgroupMounts.of(holder.handle().pid()).stream()
                .filter(group -> group.endsWith(unit) && Files.isWritable(group.resolve("cgroup.kill")))
                .findFirst();
        if (directory.isEmpty()) {
            holder.end();
            throw new ConnectionException(
                    "the scopes of the systemd user manager have no control group (version 2) that"
                            + " can be ended as a whole");
        }
        GroupHold hold = new GroupHold(Means.SYSTEMD, Cgroup.existing(directory.get()), JOIN);
        if (!isJoined(hold, command, deadline)) {
            hold.kill();
            throw new ConnectionException("processes cannot be moved to a scope of the systemd user manager");
        }
        return hold;
    }

    private static boolean isJoined(GroupHold hold, Holder.Marking command, Deadline deadline)
            throws InterruptedException {
        try {
            ProcessBuilder cat = command.mark(List.of("cat"));
            Holder inside = Holder.start(cat.command(hold.enter(cat.command(), cat.environment())), deadline);
            try {
                return hold.group().contains(inside.handle().pid());
            } finally {
                inside.end();
            }
        } catch (ConnectionException e) {
            return false;
        }
    }
}
