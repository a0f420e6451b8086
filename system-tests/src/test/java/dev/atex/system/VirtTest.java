package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.libvirt.Testbed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged command with virtual machines. */
class VirtTest {
    @TempDir
    private Path directory;

    @Test
    void examplesRunOnOneMachine() throws Exception {
        List<String> before = Testbed.machines();
        Kills.atex(directory, Map.of())
                .call("run", "--root", Atex.DEMO.toString(), "--output", "run", "--provision", Testbed.provision())
                .expect(1);
        ContainerTest.assertExamplesRan(directory.resolve("run"));
        assertThat(Testbed.machines()).isEqualTo(before);
        Kills.assertNoTemporaryFiles(directory, "after the run");
    }

    @Test
    void missingImageIsOneErrorBeforeTheRun() throws Exception {
        for (String kind : List.of("virt", "libvirt", "tempvirt")) {
            Path where = Files.createDirectory(directory.resolve(kind));
            Atex.Result result = Kills.atex(where, Map.of())
                    .call(
                            "run",
                            "--root",
                            Atex.DEMO.toString(),
                            "--output",
                            "run",
                            "--provision",
                            Testbed.session().replaceFirst("virt", kind) + ",image=nope")
                    .expect(2);
            assertThat(result.err())
                    .contains("there is no volume 'nope' of pool")
                    .doesNotContain("Exception");
            assertThat(where.resolve("run")).doesNotExist();
        }
    }
}
