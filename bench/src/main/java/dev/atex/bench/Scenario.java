package dev.atex.bench;

import java.util.List;
import java.util.Locale;

/** What can be measured, each in a JVM of its own. */
enum Scenario {
    START_UP("atex --version and atex discover", StartupBench.class, ""),
    PICK("the scheduler picks the longest of many tests", SchedulerBench.class, "pick"),
    SCHEDULER("the scheduler alone", SchedulerBench.class, "all"),
    RUN_TEST("one test on this host", ExecutorBench.class, "run-test"),
    RESULTS("many small results from one test", ExecutorBench.class, "results"),
    UPLOAD("a large file from one test", ExecutorBench.class, "upload"),
    TESTS("whole runs of tests that cost nothing", OrchestratorBench.class, "tests"),
    NEXT_TEST("how soon a freed machine has its next test", OrchestratorBench.class, "next-test"),
    REMOTES_10000("ten thousand machines at once", RemotesBench.class, "10000"),
    REMOTES_100000("a hundred thousand machines at once", RemotesBench.class, "100000");

    /** Of every JVM: the heap is small, and two cores have better to do than to collect garbage in parallel. */
    static final List<String> FLAGS = List.of("-XX:+UseSerialGC");

    private final String about;
    private final Class<?> program;
    private final String argument;

    Scenario(String about, Class<?> program, String argument) {
        this.about = about;
        this.program = program;
        this.argument = argument;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
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
