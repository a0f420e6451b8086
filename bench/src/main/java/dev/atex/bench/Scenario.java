package dev.atex.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A benchmark, which runs in a separate JVM. */
enum Scenario {
    START_UP("atex --version and atex discover", StartupBench.class, ""),
    FMF_COLD("a tree of metadata in a new process", FmfBench.class, "cold"),
    FMF_WARM("trees of metadata in a running program", FmfBench.class, "warm"),
    FMF_DISCOVER("atex discover and atex fmf ls in a large tree", FmfBench.class, "discover"),
    YAML("long YAML texts, compared with halves of them", YamlBench.class, ""),
    PICK("the scheduler picks the longest of many tests", SchedulerBench.class, "pick"),
    SCHEDULER("the scheduler alone", SchedulerBench.class, "all"),
    RUN_TEST("one test on this host", ExecutorBench.class, "run-test"),
    RESULTS("many small results from one test", ExecutorBench.class, "results"),
    UPLOAD("a large file from one test", ExecutorBench.class, "upload"),
    CANCEL("how long canceling a test takes", CancelBench.class, ""),
    TREE("copying a tree of tests to a machine", UploadBench.class, ""),
    INGEST_MANY("storing many results of one test", ReportBench.class, "many"),
    INGEST_SMALL("storing a few results each of many tests", ReportBench.class, "small"),
    HTML("creating the page of a large run", ReportBench.class, "html"),
    FIRST_PAINT("opening the page of a large run in Chromium (needs chromium)", ReportBench.class, "paint"),
    LIVE("the cost of serving a run", ReportBench.class, "live"),
    LIVE_WATCHED("the same with an open page", ReportBench.class, "watched"),
    GUARD("the cost of the guard of a run", GuardBench.class, ""),
    CONTAINERS("creating, using and removing containers (needs tools/testbed/podman)", ContainerBench.class, ""),
    VIRT("creating, restoring, using and removing virtual machines (needs tools/testbed/libvirt)", VirtBench.class, ""),
    SSH_EXEC("a command over SSH", SshBench.class, "exec"),
    SSH_IDLE("200 idle SSH connections", SshBench.class, "idle"),
    SSH_TREE("copying a tree of tests to a host over SSH", SshBench.class, "upload"),
    SSH_ROUND_TRIPS("one test on a distant host", SshBench.class, "round-trips"),
    FARM_WAIT("waiting for 200 machines of Testing Farm", TestingFarmBench.class, "wait"),
    FARM_LOG("following the growing log of a request", TestingFarmBench.class, "log"),
    FARM_CANCEL("releasing 50 machines of Testing Farm", TestingFarmBench.class, "cancel"),
    TESTS("whole runs of empty tests", OrchestratorBench.class, "tests"),
    NEXT_TEST("how soon a free machine starts its next test", OrchestratorBench.class, "next-test"),
    REMOTES_10000("10,000 machines at once", RemotesBench.class, "10000"),
    REMOTES_100000("100,000 machines at once", RemotesBench.class, "100000");

    /** Options of most JVMs: the heap is small, so a serial collector leaves the cores to the benchmark. */
    private static final List<String> FLAGS = List.of("-XX:+UseSerialGC");

    private final String about;
    private final Class<?> program;
    private final String argument;

    Scenario(String about, Class<?> program, String argument) {
        this.about = about;
        this.program = program;
        this.argument = argument;
    }

    /** Returns the scenario with this label, or those whose labels start with the text. */
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

    /** Returns the options of its JVM. */
    List<String> flags() {
        // Garbage in a large young generation would count as memory of connections.
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
