package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.internal.files.Trees;
import dev.atex.lease.ledger.StateDirectory;
import dev.atex.podman.Testbed;
import dev.atex.podman.TestbedAlone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs of a user who is not root, on containers of that user. */
@ExtendWith(TestbedAlone.class)
class RootlessContainerTest {

    private Path work;
    private String bystander;

    /** The program is copied: where the sources are, that user may have no access. */
    @BeforeEach
    void prepare() throws Exception {
        String user = Testbed.rootless();
        work = Files.createTempDirectory(Testbed.rootlessHome(), "work-");
        Files.createDirectories(work.resolve("shared"));
        Path lib = Files.createDirectory(work.resolve("lib"));
        for (String jar : built().getLast().split(":")) {
            Files.copy(Path.of(jar), lib.resolve(Path.of(jar).getFileName()));
        }
        output("cp", "-r", Atex.DEMO.toString(), work.resolve("demo").toString());
        output("chown", "-R", "--reference=" + Testbed.rootlessHome(), work.toString());
        bystander = output(user, "podman", "run", "-d", "--rm", "--network=none", Testbed.image(), "sleep", "3600");
    }

    @AfterEach
    void onlyTheBystanderIsLeft() throws Exception {
        if (bystander != null) {
            String user = Testbed.rootless();
            try {
                assertThat(output(user, "podman", "ps", "--all", "--quiet", "--no-trunc"))
                        .isEqualTo(bystander);
            } finally {
                output(user, "podman", "rm", "--force", "--all", "--time", "0");
                output(user, "podman", "system", "migrate"); // ends the process that keeps its name space
                Trees.delete(work);
            }
        }
    }

    /** What the launcher reads: see {@code ./atex}. */
    private static List<String> built() throws IOException {
        return Files.readAllLines(Atex.SOURCES.resolve("cli/target/atex/current"));
    }

    private String output(String... command) throws Exception {
        return Atex.in(work).startAs(List.of(command)).end().expect(0).out().strip();
    }

    private Atex.Call start(String root, String options) throws Exception {
        return Atex.in(work)
                .startAs(List.of(
                        Testbed.rootless(),
                        "env",
                        "-C",
                        work.toString(),
                        "XDG_STATE_HOME=" + work.resolve("state"),
                        built().get(1) + "/bin/java",
                        "-XX:+UseSerialGC",
                        "-cp",
                        work.resolve("lib") + "/*",
                        "dev.atex.cli.Main",
                        "run",
                        "--root",
                        root,
                        "--output",
                        "run",
                        "--provision",
                        "podman,image=" + Testbed.image() + ",pull=never,options=--network=none" + options));
    }

    @Test
    void examplesRunOnThreeContainers() throws Exception {
        start("demo", ",max=3").end().expect(1);
        ContainerTest.assertExamplesRan(work.resolve("run"));
    }

    @Test
    void killedRunLeavesNothing() throws Exception {
        Tree.in(work.resolve("tree")).test("long", "touch /shared/up; setsid sleep 1000 & sleep 1000");
        Atex.Call run = start("tree", ";--volume=" + work.resolve("shared") + ":/shared");
        Watch.untilThereIs(work.resolve("shared/up"));
        run.signal("KILL");
        run.end();
        StateDirectory state = new StateDirectory(work.resolve("state/atex"));
        Watch.untilFreed(state, "after SIGKILL");
    }
}
