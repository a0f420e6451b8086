package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.libvirt.MachinesAlone;
import dev.atex.libvirt.Testbed;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** As {@link KillTest}, with a virtual machine: after a kill of the run, nothing of it is left, no other is touched, and it can be resumed. */
@ExtendWith(MachinesAlone.class)
class VirtKillTest {
    @TempDir
    private Path directory;

    @Test
    void killedRunLeavesNothingAndIsResumedOnAnotherMachine() throws Exception {
        String foreign = "atex-somebody-elses";
        String description = Files.readString(Testbed.xml())
                .replace("<name>tiny</name>", "<name>" + foreign + "</name>")
                .replaceFirst("(?s)<disk.*</disk>", "");
        Testbed.callWith(description, "define", "/dev/stdin");
        try {
            List<String> before = Testbed.machines();
            Atex atex = Kills.atex(directory, Map.of());
            try (Gate gate = Gate.create()) {
                Tree tree = Tree.in(directory.resolve("tree"))
                        .test("a", "true")
                        .test("b", gate.command() + " || exit 0; exit 1");
                Atex.Call run = atex.start(
                        "run",
                        "--root",
                        tree.directory().toString(),
                        "--output",
                        "run",
                        "--provision",
                        Testbed.provision());
                try (Socket _ = gate.arrival()) {
                    assertThat(Testbed.machines()).hasSize(before.size() + 3); // a domain and two volumes
                    run.signal("KILL");
                    run.end();
                }
            }
            Kills.untilFreed(directory, "after KILL");
            assertThat(Testbed.machines()).isEqualTo(before).contains(foreign);
            Kills.assertNoTemporaryFiles(directory, "after KILL");
            Atex.Result resumed = atex.call("resume", "run").expect(0);
            assertThat(resumed.out()).contains("2 tests: 2 pass").doesNotContain("pass  /a");
            assertThat(Testbed.machines()).isEqualTo(before);
        } finally {
            Testbed.call("undefine", foreign);
        }
    }
}
