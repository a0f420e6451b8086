package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.podman.Testbed;
import dev.atex.podman.TestbedAlone;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A plan with {@code provision: container} runs in one, and leaves this host alone. */
@Timeout(300)
@ExtendWith(TestbedAlone.class)
class TmtContainerTest {
    @TempDir
    private Path directory;

    @Test
    void containerOfPlanIsUsed() throws Exception {
        Path program = Testbed.engine().program();
        Row.row("container")
                .test("t", "cat /prepared; test ! -e @DIR@")
                .plan("discover: {how: fmf}\nprovision: {how: container, image: '" + Testbed.image()
                        + "', user: root}\n"
                        + "prepare: {script: echo prepared > /prepared}\n"
                        + "finish: {script: rm /prepared}\n")
                .with("ATEX_PROVISION", "")
                .with("PATH", program.getParent() + ":" + System.getenv("PATH"))
                .command("run", "--root", "tree", "--plan", "/plan", "--output", "run")
                .result("/t", "pass")
                .then(done -> assertThat(done.run().resolve("files/podman/t/output.txt"))
                        .hasContent("prepared"))
                .then(done -> assertThat(Path.of("/prepared")).doesNotExist())
                .check(Files.createDirectory(directory.resolve("row")));
    }
}
