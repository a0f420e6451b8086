package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.podman.EngineService;
import dev.atex.podman.Testbed;
import java.util.ArrayList;
import java.util.List;

/**
 * Containers that nobody may touch: one without labels, and one that has those of another run, which is going on.
 *
 * @param all arguments for its engine to list all containers
 * @param before those that were there before, of somebody else
 */
record Bystanders(Caller engine, List<String> all, String unlabelled, String ofLiveRun, List<String> before)
        implements AutoCloseable {
    private static final List<String> LIST = List.of("ps", "--no-trunc", "--format", "{{.ID}}");

    /** Calls an engine, and returns what it prints. */
    @FunctionalInterface
    interface Caller {
        String call(String... arguments) throws Exception;
    }

    static Bystanders start() throws Exception {
        return start(Testbed::podman, "--all", "--external");
    }

    static Bystanders start(EngineService service) throws Exception {
        return start(service::call, "--all");
    }

    private static Bystanders start(Caller engine, String... options) throws Exception {
        List<String> all = new ArrayList<>(LIST);
        all.addAll(List.of(options));
        List<String> before = list(engine, all);
        return new Bystanders(
                engine, all, run(engine, "dev.example=1"), run(engine, "dev.atex.lease=another-run-1"), before);
    }

    private static List<String> list(Caller engine, List<String> command) throws Exception {
        return engine.call(command.toArray(String[]::new)).lines().toList();
    }

    private static String run(Caller engine, String label) throws Exception {
        return engine.call(
                "run",
                "--detach",
                "--network=none",
                "--label=" + label,
                Testbed.image(),
                "sh",
                "-c",
                "trap 'exit 0' TERM; sleep 100000 & wait");
    }

    /** Ids of all containers that there are. */
    List<String> there() throws Exception {
        return list(engine, all);
    }

    /** They run, and there are no new containers but them. */
    void assertAlone(String when) throws Exception {
        assertThat(list(engine, LIST)).as(when).contains(unlabelled, ofLiveRun);
        assertThat(there())
                .as(when)
                .filteredOn(id -> !before.contains(id))
                .containsExactlyInAnyOrder(unlabelled, ofLiveRun);
    }

    @Override
    public void close() throws Exception {
        engine.call("rm", "--force", unlabelled, ofLiveRun);
    }
}
