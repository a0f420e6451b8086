package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.lease.ledger.CrashPoints;
import dev.atex.system.cloud.CloudClient;
import dev.atex.system.cloud.FakeCloud;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run is ended at every point at which it writes to its ledger or calls the service that rents its machines, and so is
 * the reaping after it: nothing is left, nothing of anybody else's is touched, and the run can be resumed. {@code -Datex.crash.all=true} does so under
 * every combination of faults of the service; without it, under the one with the most of them.
 */
class CrashPointTest {
    private static final boolean ALL = Boolean.getBoolean("atex.crash.all");
    /** About as many as there are. */
    private static final int REAPING_POINTS = 8;

    private static final String FOREIGN = "somebody-elses";

    /** What goes wrong at the service, for creates and for deletes. */
    private static final Map<String, String[]> FAULTS = new LinkedHashMap<>();

    static {
        FAULTS.put("done late, when the reaper has looked, and answers lost", new String[] {"2l", "le"});
        if (ALL) {
            FAULTS.put("done, answers lost", new String[] {"lo", "le"});
            FAULTS.put("done after the first look", new String[] {"1o", "le"});
            FAULTS.put("done after many looks", new String[] {"9o", "oo"});
            FAULTS.put("none", new String[] {"", ""});
            FAULTS.put("errors", new String[] {"eo", "ee"});
            FAULTS.put("slow", new String[] {"ss", "ss"});
        }
    }

    @TempDir
    private Path directory;

    private CrashingAtex atex;
    private Process service;
    private CloudClient cloud;
    private String url;
    private int runs;

    @BeforeEach
    void startService() throws Exception {
        Tree.in(directory.resolve("tree")).test("a", "true").test("b", "false").test("c", "true");
        atex = new CrashingAtex(directory);
        service = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        FakeCloud.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        url = new BufferedReader(new InputStreamReader(service.getInputStream(), StandardCharsets.UTF_8)).readLine();
        cloud = new CloudClient(url);
        cloud.create(FOREIGN);
    }

    @AfterEach
    void stopService() throws Exception {
        atex.close();
        service.getOutputStream().close();
        assertThat(service.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }

    private int atex(List<String> properties, String... args) throws IOException, InterruptedException {
        return atex.call(Map.of(), properties, List.of(args));
    }

    private int run(String[] faults, List<String> properties) throws IOException, InterruptedException {
        cloud.faults(faults[0], faults[1]);
        return atex(
                properties,
                "run",
                "--root",
                "tree",
                "--provision",
                "cloud,url=" + url + ",max=2",
                "--output",
                "run" + ++runs);
    }

    /** Finishes the run that crashed last, at a service that works. */
    private void resume(String where) throws Exception {
        cloud.faults("", "");
        int status = atex.call("resume", "run" + runs);
        assertThat(status)
                .as(where + atex.output())
                .isIn(1, 3); // 3 tells of a machine that could not be had before the crash
        Map<String, String> statuses = new TreeMap<>();
        Tree.own(directory.resolve("run" + runs)).forEach((test, line) -> statuses.put(test, line.status()));
        assertThat(statuses).as(where).isEqualTo(Map.of("/a", "pass", "/b", "fail", "/c", "pass"));
    }

    /** The points of a run that nobody disturbs; a machine that was lost makes 3 of a failed test's 1. */
    private List<String> record(String[] faults) throws IOException, InterruptedException {
        Path points = directory.resolve("points" + runs);
        int status = run(faults, List.of("-Datex.crash.record=" + points));
        assertThat(status).as(atex.output()).isIn(1, 3);
        return Files.readAllLines(points);
    }

    private void assertNothingIsLeft(String where) throws IOException, InterruptedException {
        assertThat(cloud.listAll().values()).as(where + atex.output()).containsExactly(FOREIGN);
        assertThat(directory.resolve("state/atex").toFile().list()).isSubsetOf("reap.log", "locks");
    }

    @Test
    void crashAtAnyPointLeavesNothing() throws Exception {
        int allCrashes = 0;
        int doubleCrashes = 0;
        Map<String, Integer> reached = new TreeMap<>();
        for (Map.Entry<String, String[]> faults : FAULTS.entrySet()) {
            List<String> points = record(faults.getValue());
            assertNothingIsLeft("an undisturbed run");
            int crashes = 0;
            for (int at = 1; at <= points.size(); at++) {
                if (points.get(at - 1).startsWith("results")) {
                    continue; // for StoringCrashTest
                }
                String where = faults.getKey() + ", point " + at + "\n";
                int ended = run(faults.getValue(), List.of("-Datex.crash.at=" + at));
                if (ended != CrashPoints.STATUS) {
                    continue; // threads met in another order, and it had one point less
                }
                crashes++;
                reached.merge(points.get(at - 1), 1, Integer::sum);
                // Every point of the reaping, or another one each time.
                int again = ALL ? 1 : 1 + at % REAPING_POINTS;
                while (atex(List.of("-Datex.crash.at=" + again++), "reap") == CrashPoints.STATUS) {
                    doubleCrashes++;
                    if (!ALL) {
                        break;
                    }
                }
                assertThat(atex.call("reap")).as(where + atex.output()).isZero();
                assertNothingIsLeft(where);
                resume(where);
                assertNothingIsLeft(where + "resumed\n");
            }
            long others = points.stream()
                    .filter(point -> !point.startsWith("results"))
                    .count();
            assertThat((long) crashes).as(faults.getKey()).isGreaterThan(others / 2);
            allCrashes += crashes;
        }
        System.out.printf("%d crashes of runs, %d more while reaping, 0 machines left:%n", allCrashes, doubleCrashes);
        reached.forEach((point, count) -> System.out.printf("  %-24s %d%n", point, count));
    }
}
