package dev.atex.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What can be measured, each in a JVM of its own. */
enum Scenario {
    START_UP("atex --version and atex discover", StartupBench.class, ""),
    FMF_COLD("a tree of metadata in a process of its own", FmfBench.class, "cold"),
    FMF_WARM("trees of metadata in a program that runs already", FmfBench.class, "warm"),
    FMF_DISCOVER("atex discover and atex fmf ls in a large tree", FmfBench.class, "discover"),
    YAML("long texts of YAML, beside halves of them", YamlBench.class, ""),
    PICK("the scheduler picks the longest of many tests", SchedulerBench.class, "pick"),
    SCHEDULER("the scheduler alone", SchedulerBench.class, "all"),
    RUN_TEST("one test on this host", ExecutorBench.class, "run-test"),
    RESULTS("many small results from one test", ExecutorBench.class, "results"),
    UPLOAD("a large file from one test", ExecutorBench.class, "upload"),
    CANCEL("how soon a cancelled test is over", CancelBench.class, ""),
    TREE("a tree of tests brought to a machine", UploadBench.class, ""),
    INGEST_MANY("many results of one test are stored", ReportBench.class, "many"),
    INGEST_SMALL("a few results each of many tests are stored", ReportBench.class, "small"),
    HTML("the page of a large run is made", ReportBench.class, "html"),
    FIRST_PAINT("the page of a large run is opened in Chromium (needs chromium)", ReportBench.class, "paint"),
    LIVE("what serving a run adds to it", ReportBench.class, "live"),
    LIVE_WATCHED("the same while somebody looks", ReportBench.class, "watched"),
    GUARD("what the guard of a run costs", GuardBench.class, ""),
    CONTAINERS("containers made, used and removed (needs tools/testbed/podman)", ContainerBench.class, ""),
    SSH_EXEC("a command over SSH", SshBench.class, "exec"),
    SSH_IDLE("two hundred idle connections over SSH", SshBench.class, "idle"),
    SSH_TREE("a tree of tests brought to a host over SSH", SshBench.class, "upload"),
    SSH_ROUND_TRIPS("one test on a host that is far away", SshBench.class, "round-trips"),
    FARM_WAIT("two hundred machines of Testing Farm that are waited for", TestingFarmBench.class, "wait"),
    FARM_LOG("the growing log of a request is followed", TestingFarmBench.class, "log"),
    FARM_CANCEL("fifty machines of Testing Farm are given back", TestingFarmBench.class, "cancel"),
    TESTS("whole runs of tests that cost nothing", OrchestratorBench.class, "tests"),
    NEXT_TEST("how soon a freed machine has its next test", OrchestratorBench.class, "next-test"),
    REMOTES_10000("ten thousand machines at once", RemotesBench.class, "10000"),
    REMOTES_100000("a hundred thousand machines at once", RemotesBench.class, "100000");

    /** Of most JVMs: the heap is small, and two cores have better to do than to collect garbage in parallel. */
    private static final List<String> FLAGS = List.of("-XX:+UseSerialGC");

    private final String about;
    private final Class<?> program;
    private final String argument;

    Scenario(String about, Class<?> program, String argument) {
        this.about = about;
        this.program = program;
        this.argument = argument;
    }

    /** The one with this label, else those whose labels begin like this. */
    static List<Scenario> named(String text) {
        List<Scenario> exact = Arrays.stream(values())
                .filter(each -> each.label().equals(text))
                .toList();
        return !exact.isEmpty()
                ? exact
                : Arrays.stream(values())
                        .filter(each -> each.label().startsWith(text))
                        .toList();
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Of its JVM. */
    List<String> flags() {
        // What a large young generation has seen of garbage is no memory of a connection.
        return this == SSH_IDLE ? List.of("-XX:+UseSerialGC", "-Xms16m") : FLAGS;
    }

    String about() {
        return about;
    }

    String program() {
        return program.getName();
    }

    String argument() {
        return argument;
    }
}
