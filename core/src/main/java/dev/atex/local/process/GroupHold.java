package dev.atex.local.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A control group. A shell moves itself there and is then replaced by the program.
 *
 * @param join for a group that may be joined through its manager only: what does that for {@code $$}; else empty
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
        // What the manager does not let in runs all the same: it has the marks.
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
