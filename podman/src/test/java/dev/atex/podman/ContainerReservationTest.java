package dev.atex.podman;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Connection;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.lease.LeaseLog;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.LeaseState;
import dev.atex.podman.engine.Engine;
import dev.atex.podman.engine.EngineKind;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ReleaseException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** One container from request to removal, with an engine that is slow, fails, or is aborted. */
@Timeout(300)
@Tag("slow")
@ExtendWith(TestbedAlone.class)
class ContainerReservationTest {
    @TempDir
    private Path directory;

    private final AtomicReference<String> leaseId = new AtomicReference<>();
    private final AtomicReference<Map<String, String>> locator = new AtomicReference<>();

    private static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(1));
    }

    private ProvisionerContext context() {
        LeaseLog log = (kind, found) -> {
            var lease = LeaseLog.unrecorded().intend(kind, found);
            leaseId.set(lease.id());
            locator.set(found);
            return lease;
        };
        return new ProvisionerContext("run-of-test", log);
    }

    private ContainerReservation reservation(Engine engine, ContainerOptions options) {
        return new ContainerReservation("one", engine, options, new Image(engine, options), context());
    }

    private LeaseRecord record() {
        return new LeaseRecord(leaseId.get(), "run-of-test", "podman", locator.get(), LeaseState.INTEND, Instant.EPOCH);
    }

    private List<String> containers() throws Exception {
        return new Containers(Testbed.engine(), leaseId.get()).find(soon());
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        if (leaseId.get() != null) {
            assertThat(containers()).isEmpty();
        }
    }

    /** Returns an engine that runs a shell script before each call; {@code $1} is the subcommand. */
    private Engine disturbed(String script) throws Exception {
        Path program = directory.resolve("engine");
        Files.writeString(
                program, "#!/bin/sh\n" + script + "\nexec " + Testbed.engine().program() + " \"$@\"\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new Engine(EngineKind.PODMAN, program, Map.of());
    }

    @Test
    void containerHasLabelsOfRunLeaseAndExpiry() throws Exception {
        Instant before = Instant.now();
        try (ContainerReservation one =
                reservation(Testbed.engine(), Testbed.options().withLifetime(Duration.ofHours(1)))) {
            one.reserve();
            String format =
                    "{{.Name}}|{{index .Config.Labels \"dev.atex.run\"}}|{{index .Config.Labels \"dev.atex.lease\"}}"
                            + "|{{index .Config.Labels \"dev.atex.expires\"}}|{{.Config.Timeout}}";
            String[] said = Testbed.podman("container", "inspect", "--format", format, one.id())
                    .split("\\|");
            assertThat(said).startsWith("atex-" + leaseId.get(), "run-of-test", leaseId.get());
            assertThat(Instant.parse(said[3])).isAfter(before.plusSeconds(3590)).isBefore(before.plusSeconds(4000));
            assertThat(said[4]).isEqualTo("3600");
        }
    }

    @Test
    void containerEndsAfterLifetime() throws Exception {
        ContainerReservation one =
                reservation(Testbed.engine(), Testbed.options().withLifetime(Duration.ofSeconds(12)));
        Connection connection = one.reserve();
        // the shell in the container or the engine ends it, whichever is first
        connection.start(dev.atex.connection.Command.of("sleep", "1000")).await(soon());
        one.abort(soon());
    }

    private ContainerReservation slowReservation() throws Exception {
        return reservation(disturbed("[ \"$1\" != run ] || { : > " + begun() + "; sleep 1; }"), Testbed.options());
    }

    private Path begun() {
        return directory.resolve("begun");
    }

    /** Starts the creation, and returns while it is running. */
    private TaskScope.Task<Connection> whileItIsMade(TaskScope scope, ContainerReservation slow) throws Exception {
        try (var watch = directory.getFileSystem().newWatchService()) {
            directory.register(watch, java.nio.file.StandardWatchEventKinds.ENTRY_CREATE);
            TaskScope.Task<Connection> reserving = scope.fork("reserve", slow::reserve);
            while (!Files.exists(begun())) {
                watch.take().reset();
            }
            return reserving;
        }
    }

    @Test
    void abortDuringCreationRemovesLateContainer() throws Exception {
        ContainerReservation one = slowReservation();
        try (TaskScope scope = TaskScope.open("test")) {
            TaskScope.Task<Connection> reserving = whileItIsMade(scope, one);
            one.abort(soon());
            assertThatThrownBy(() -> reserving.join(soon()))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(ProvisionException.class);
        }
        assertThat(containers()).isEmpty();
    }

    @Test
    void reaperWaitsForRunningCreation() throws Exception {
        ContainerReservation one = slowReservation();
        try (TaskScope scope = TaskScope.open("test")) {
            TaskScope.Task<Connection> reserving = whileItIsMade(scope, one);
            new PodmanReclaimer().release(record(), soon());
            assertThat(containers()).isEmpty();
            assertThat(reserving.awaitEnd(soon())).isTrue();
        }
    }

    @Test
    void reaperDoesNotWaitForHelpersOfContainer() throws Exception {
        ContainerReservation one = reservation(Testbed.engine(), Testbed.options());
        one.reserve();
        ProcessBuilder network = new ProcessBuilder("sleep", "1000"); // like slirp4netns
        network.environment().putAll(Containers.creationEnvironment(leaseId.get()));
        Process helper = network.start();
        try {
            new PodmanReclaimer().release(record(), soon());
            assertThat(helper.isAlive()).isTrue();
            assertThat(containers()).isEmpty();
        } finally {
            helper.destroyForcibly().waitFor();
        }
    }

    /** An image has the labels of the container that it was committed from, and passes them on. */
    @Test
    void containerOfCommittedImageIsNotRemoved() throws Exception {
        String stranger;
        try (ContainerReservation one = reservation(Testbed.engine(), Testbed.options())) {
            one.reserve();
            stranger = Testbed.podman(Testbed.runArguments("--label=" + Containers.LEASE + "=" + leaseId.get()))
                    .strip();
        }
        try {
            assertThat(containers()).isEmpty();
            assertThat(Testbed.podman("ps", "--no-trunc", "--format", "{{.ID}}"))
                    .contains(stranger);
        } finally {
            Testbed.podman("rm", "--force", "--time", "0", stranger);
        }
    }

    @Test
    void reaperUsesEngineOfRunAndNotItsOwnVariables() throws Exception {
        Path program = directory.resolve("engine");
        Files.writeString(program, "#!/bin/sh\necho ${HOME-none} ${CONTAINER_HOST-none}\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        Engine found =
                Engine.at(EngineKind.PODMAN, Map.of("program", program.toString(), "env.CONTAINER_HOST", "there"));
        assertThat(found.call(soon(), List.of("x")).strip()).isEqualTo("none there");
    }

    @Test
    void interruptedImageBuildLeavesNoContainer() throws Exception {
        Path hangs = directory.resolve("hangs");
        Files.writeString(hangs, "#!/bin/sh\necho hanging\nexec sleep 1000\n");
        Files.setPosixFilePermissions(hangs, PosixFilePermissions.fromString("rwxr-xr-x"));
        ImageBuilder builder = new ImageBuilder(
                Testbed.engine(),
                Testbed.options().withOptions("--network=none", "--volume=" + hangs + ":/usr/bin/apt-get"),
                List.of());
        CountDownLatch installing = new CountDownLatch(1);
        OutputStream log = new OutputStream() {
            private final StringBuilder said = new StringBuilder();

            @Override
            public void write(int b) {
                if (said.append((char) b).toString().endsWith("hanging\n")) {
                    installing.countDown();
                }
            }
        };
        try (TaskScope scope = TaskScope.open("test")) {
            TaskScope.Task<Void> building =
                    scope.run("build", () -> builder.build("localhost/atex-test-none", context(), log));
            assertThat(installing.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(containers()).isNotEmpty();
            assertThat(scope.close(soon())).isTrue();
            assertThatThrownBy(() -> building.join(soon())).hasCauseInstanceOf(InterruptedException.class);
        }
        assertThat(containers()).isEmpty();
    }

    @Test
    void failedRemovalIsRepeated() throws Exception {
        Path count = directory.resolve("count");
        Engine failing = disturbed("case $1 in rm|ps) echo x >> " + count + "; [ $(wc -l < " + count
                + ") -gt 3 ] || { echo 'container state improper' >&2; exit 125; };; esac");
        ContainerReservation one = reservation(failing, Testbed.options());
        one.reserve();
        one.abort(soon());
        assertThat(Files.readAllLines(count)).hasSizeGreaterThan(3);
    }

    @Test
    void unverifiedReleaseFailsAndCanBeRepeated() throws Exception {
        Path broken = Files.createFile(directory.resolve("broken"));
        Engine failing =
                disturbed("[ \"$1\" != ps ] || [ ! -e " + broken + " ] || { echo 'no answer' >&2; exit 125; }");
        ContainerReservation one = reservation(failing, Testbed.options());
        one.reserve();
        assertThatThrownBy(() -> one.abort(Deadline.after(Duration.ofSeconds(3))))
                .isInstanceOf(ReleaseException.class)
                .hasMessageStartingWith("one: ");
        Files.delete(broken);
        one.abort(soon());
    }

    @Test
    void errorOfEngineIsInMessage() throws Exception {
        try (ContainerReservation one =
                reservation(Testbed.engine(), Testbed.options().withOptions("--no-such-option"))) {
            assertThatThrownBy(one::reserve)
                    .isInstanceOf(ProvisionException.class)
                    .hasMessageContaining("no-such-option");
        }
    }

    @Test
    void reaperRemovesContainerOfLeaseAndNoOther() throws Exception {
        ContainerReservation one = reservation(Testbed.engine(), Testbed.options());
        List<String> others = new ArrayList<>();
        try {
            one.reserve();
            others.add(Testbed.runContainer());
            others.add(Testbed.runContainer("--label=dev.atex.lease=" + leaseId.get() + "1"));
            others.add(Testbed.runContainer("--label=dev.atex.run=run-of-test"));
            PodmanReclaimer reclaimer = new PodmanReclaimer();
            assertThat(reclaimer.find(record(), soon()))
                    .hasValueSatisfying(found ->
                            assertThat(found).contains("container " + one.id().substring(0, 12)));
            reclaimer.release(record(), soon());
            reclaimer.release(record(), soon());
            assertThat(containers()).isEmpty();
            for (String other : others) {
                assertThat(Testbed.podman("container", "inspect", "--format", "{{.State.Status}}", other))
                        .isEqualTo("running");
            }
        } finally {
            for (String other : others) {
                Testbed.removeContainer(other);
            }
        }
    }
}
