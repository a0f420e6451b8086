package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.podman.Testbed;
import java.util.List;

/**
 * Containers that nobody may touch: one without labels, and one that has those of another run, which is going on.
 *
 * @param before those that were there before, of somebody else
 */
record Bystanders(String unlabelled, String ofLiveRun, List<String> before) implements AutoCloseable {
    static Bystanders start() throws Exception {
        List<String> before = all();
        return new Bystanders(run("dev.example=1"), run("dev.atex.lease=another-run-1"), before);
    }

    private static List<String> all() throws Exception {
        return Testbed.podman("ps", "--all", "--external", "--no-trunc", "--format", "{{.ID}}")
                .lines()
                .toList();
    }

    private static String run(String label) throws Exception {
        return Testbed.podman(
                "run", "--detach", "--network=none", "--label=" + label, Testbed.image(), "sleep", "100000");
    }

    /** They run, and there are no new containers but them. */
    void assertAlone(String when) throws Exception {
        List<String> running = Testbed.podman("ps", "--no-trunc", "--format", "{{.ID}}")
                .lines()
                .toList();
        assertThat(running).as(when).contains(unlabelled, ofLiveRun);
        assertThat(all())
                .as(when)
                .filteredOn(id -> !before.contains(id))
                .containsExactlyInAnyOrder(unlabelled, ofLiveRun);
    }

    @Override
    public void close() throws Exception {
        Testbed.podman("rm", "--force", "--time", "0", unlabelled, ofLiveRun);
    }
}
