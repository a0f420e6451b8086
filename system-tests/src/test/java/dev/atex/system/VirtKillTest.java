package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import dev.atex.libvirt.Testbed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As {@link KillTest}, with a virtual machine: after a kill of the run, nothing of it is left, and no other is touched. */
class VirtKillTest {
    @TempDir
    private Path directory;

    @Test
    void killedRunLeavesNothingAndForeignDomainSurvives() throws Exception {
        String foreign = "atex-somebody-elses";
        String description = Files.readString(Testbed.xml())
                .replace("<name>tiny</name>", "<name>" + foreign + "</name>")
                .replaceFirst("(?s)<disk.*</disk>", "");
        Testbed.callWith(description, "define", "/dev/stdin");
        try {
            List<String> before = Testbed.machines();
            Tree tree = Tree.in(directory.resolve("tree")).test("waits", "sleep 1000");
            Atex.Call run = Kills.atex(directory, Map.of())
                    .start(
                            "run",
                            "--root",
                            tree.directory().toString(),
                            "--output",
                            directory.resolve("run").toString(),
                            "--provision",
                            Testbed.provision());
            awaitTest(directory.resolve("run/events.jsonl"));
            assertThat(Testbed.machines()).hasSize(before.size() + 3); // a domain and two volumes
            run.signal("KILL");
            run.end();
            Kills.untilFreed(directory, "after KILL");
            assertThat(Testbed.machines()).isEqualTo(before).contains(foreign);
            Kills.assertNoTemporaryFiles(directory, "after KILL");
        } finally {
            Testbed.call("undefine", foreign);
        }
    }

    /** Waits until the run log says that the test has started. */
    private static void awaitTest(Path events) throws Exception {
        Deadline deadline = Deadline.after(Duration.ofMinutes(10));
        while (!Files.exists(events) || !Files.readString(events).contains("\"event\":\"test-started\"")) {
            assertThat(deadline.isExpired()).isFalse();
            Thread.sleep(100); // a file that grows
        }
    }
}
