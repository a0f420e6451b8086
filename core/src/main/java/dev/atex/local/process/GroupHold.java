package dev.atex.local.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Contains processes in a control group. A shell moves itself there, and then executes the program.
 *
 * @param join shell command that moves {@code $$}, for a group that only its manager can change; otherwise empty
 */
record GroupHold(Means means, Cgroup group, String join) implements Hold {
    static GroupHold of(Cgroup group) {
        return new GroupHold(Means.CGROUP, group, "");
    }

    @Override
    public List<String> enter(List<String> argv, Map<String, String> environment) {
        List<String> command = new ArrayList<>(argv.size() + 4);
        command.add(Hold.shell(environment));
        command.add("-c");
        // A process that the manager does not move runs anyway: it has the marks.
        command.add(
                join.isEmpty()
                        ? "echo 0 >\"$0\"/cgroup.procs && exec \"$@\""
                        : "{ echo 0 >\"$0\"/cgroup.procs || " + join + "; } >/dev/null 2>&1; exec \"$@\"");
        command.add(group.directory().toString());
        command.addAll(argv);
        return command;
    }

    @Override
    public Optional<Cgroup> cgroup() {
        return Optional.of(group);
    }

    @Override
    public void kill() {
        group.killOrFreeze();
    }
}
