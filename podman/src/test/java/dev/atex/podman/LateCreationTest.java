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
import dev.atex.podman.engine.EngineCall;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ProvisionerContext;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A service that creates a container after the client has got another answer, and has looked for it in vain. */
@Timeout(300)
@Tag("slow")
@ExtendWith(TestbedAlone.class)
class LateCreationTest {
    @RegisterExtension
    static final EngineService SERVICE = EngineService.docker();

    @TempDir
    private Path directory;

    private final AtomicReference<String> leaseId = new AtomicReference<>();
    private final Map<String, String> locator = new LinkedHashMap<>();

    @AfterEach
    void removeWhatATestHasLeft() throws Exception {
        for (String left : SERVICE.call("ps", "--all", "--quiet").lines().toList()) {
            SERVICE.call("rm", "--force", left);
        }
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(1));
    }

    private LateService late(LateService.Answer answer) throws Exception {
        return LateService.once(socket(), SERVICE.socket(), answer);
    }

    private Path socket() {
        return directory.resolve("late.sock");
    }

    private Engine engine() {
        return SERVICE.engineAt(socket());
    }

    private ContainerReservation reservation() {
        LeaseLog log = (kind, found) -> {
            var lease = LeaseLog.unrecorded().intend(kind, found);
            locator.putAll(found);
            leaseId.set(lease.id());
            return lease;
        };
        ContainerOptions options = Testbed.options().withCreateLimit(Duration.ofSeconds(5));
        return new ContainerReservation(
                "late", engine(), options, new Image(engine(), options), new ProvisionerContext("run-of-test", log));
    }

    private LeaseRecord record(LeaseState state) {
        return new LeaseRecord(leaseId.get(), "run-of-test", "docker", locator, state, Instant.now());
    }

    private static List<String> containers() throws Exception {
        return SERVICE.call("ps", "--all", "--no-trunc", "--format", "{{.Names}} {{.Status}}")
                .lines()
                .toList();
    }

    /** Asserts that the late container was refused, or created and removed again. */
    private static void assertNothingIsLeft(LateService late) throws Exception {
        assertThat(late.awaitOutcome()).startsWith("HTTP/1.1 ");
        assertThat(containers()).isEmpty();
    }

    @Test
    void lateContainerAfterClosedConnectionIsRemoved() throws Exception {
        try (LateService late = late(LateService.Answer.NOTHING)) {
            ContainerReservation one = reservation();
            assertThatThrownBy(one::reserve)
                    .isInstanceOf(ProvisionException.class)
                    .hasMessageContaining("EOF");
            one.abort(soon());
            assertNothingIsLeft(late);
        }
    }

    @Test
    void lateContainerAfterErrorIsRemoved() throws Exception {
        try (LateService late = late(LateService.Answer.ERROR)) {
            ContainerReservation one = reservation();
            assertThatThrownBy(one::reserve)
                    .isInstanceOf(ProvisionException.class)
                    .hasMessageContaining("timeout");
            one.abort(soon());
            assertNothingIsLeft(late);
        }
    }

    @Test
    void lateContainerAfterKilledClientIsRemoved() throws Exception {
        try (LateService late = late(LateService.Answer.SILENCE);
                TaskScope scope = TaskScope.open("test")) {
            ContainerReservation one = reservation();
            TaskScope.Task<Connection> reserving = scope.fork("reserve", one::reserve);
            late.awaitWish();
            killClients();
            assertThatThrownBy(() -> reserving.join(soon())).hasCauseInstanceOf(ProvisionException.class);
            one.abort(soon());
            assertNothingIsLeft(late);
        }
    }

    /** Like Ctrl-C while the service is slow, and the end of its client after that. */
    @Test
    void lateContainerAfterInterruptIsRemoved() throws Exception {
        try (LateService late = late(LateService.Answer.SILENCE);
                TaskScope scope = TaskScope.open("test")) {
            ContainerReservation one = reservation();
            TaskScope.Task<Connection> reserving = scope.fork("reserve", one::reserve);
            late.awaitWish();
            TaskScope.Task<Void> aborting = scope.run("abort", () -> one.abort(soon()));
            assertThatThrownBy(() -> reserving.join(soon())).hasCauseInstanceOf(ProvisionException.class);
            killClients();
            aborting.join(soon());
            assertNothingIsLeft(late);
        }
    }

    /** The run and its call were killed; the reaper starts before the container exists. */
    @Test
    void lateContainerAfterFirstLookOfReaperIsRemoved() throws Exception {
        try (LateService late = late(LateService.Answer.NOTHING)) {
            assertThatThrownBy(reservation()::reserve).isInstanceOf(ProvisionException.class);
            DockerReclaimer reclaimer = new DockerReclaimer();
            LeaseRecord intended = record(LeaseState.INTEND);
            assertThat(reclaimer.longestCreate(intended)).isEqualTo(Duration.ofSeconds(5));
            reclaimer.release(intended, soon());
            assertNothingIsLeft(late);
            assertThat(reclaimer.find(intended, soon())).isEmpty();
        }
    }

    /** The answer to the request for the placeholder is lost too, and the placeholder appears last. */
    @Test
    void latePlaceholderIsRemoved() throws Exception {
        List<LateService.Fate> fates = new ArrayList<>(List.of(
                LateService.Fate.after(Duration.ofMillis(1500), LateService.Answer.NOTHING),
                LateService.Fate.after(Duration.ofMillis(3000), LateService.Answer.NOTHING)));
        try (LateService late = new LateService(socket(), SERVICE.socket(), fates::removeFirst)) {
            ContainerReservation one = reservation();
            assertThatThrownBy(one::reserve).isInstanceOf(ProvisionException.class);
            one.abort(soon());
            int pending = late.pending();
            assertNothingIsLeft(late);
            assertThat(pending).isZero();
            assertThat(fates).isEmpty();
        }
    }

    /** If no container appears, the placeholder is removed too. */
    @Test
    void placeholderIsRemoved() throws Exception {
        reservationThatNeverWas();
        new DockerReclaimer().release(record(LeaseState.RELEASING), soon());
        assertThat(containers()).isEmpty();
    }

    /** Another reaper was killed while its placeholder existed. */
    @Test
    void placeholderDoesNotCountAsContainer() throws Exception {
        reservationThatNeverWas();
        SERVICE.call(
                "create",
                "--name=" + Containers.name(leaseId.get()),
                "--label=" + Containers.LEASE + "=" + leaseId.get(),
                "--label=" + LateCreation.PLACEHOLDER + "=true",
                "--network=none",
                Testbed.image(),
                "true");
        DockerReclaimer reclaimer = new DockerReclaimer();
        Instant before = Instant.now();
        LeaseRecord intended = record(LeaseState.INTEND);
        assertThat(reclaimer.find(intended, soon())).isPresent();
        reclaimer.release(intended, soon());
        assertThat(Duration.between(before, Instant.now())).isGreaterThanOrEqualTo(Duration.ofSeconds(5));
        assertThat(containers()).isEmpty();
    }

    private void reservationThatNeverWas() {
        leaseId.set("late-" + System.nanoTime());
        locator.putAll(SERVICE.engine().locator());
        locator.put(Containers.IMAGE, Testbed.image());
        locator.put(Containers.CREATE_LIMIT, "5");
    }

    @Test
    void doubtfulAnswersAreRecognized() {
        for (String certain : List.of(
                "unknown flag: --no-such-option\nSee 'docker run --help'.",
                "docker: Error response from daemon: No such image: nothing:latest.",
                "docker: Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?")) {
            assertThat(LateCreation.isDoubtful(answer(125, certain))).isFalse();
        }
        for (String open : List.of(
                "docker: error during connect: Post \"http://x/v1.41/containers/create\": EOF.",
                "docker: Error response from daemon: timeout.",
                "docker: Cannot connect to the Docker daemon at tcp://x:2376. Is the docker daemon running?",
                "docker: request returned Gateway Timeout for API route and version",
                "")) {
            assertThat(LateCreation.isDoubtful(answer(125, open))).isTrue();
        }
        assertThat(LateCreation.isDoubtful(answer(137, ""))).isTrue();
        assertThat(LateCreation.isDoubtful(answer(0, ""))).isFalse();
        assertThat(LateCreation.isDoubtful(answer(127, "docker: executable file not found in $PATH")))
                .isFalse();
    }

    private static EngineCall.Result answer(int exitCode, String err) {
        return new EngineCall.Result("docker run", exitCode, "", err);
    }

    private void killClients() {
        ProcessHandle.current()
                .descendants()
                .filter(process ->
                        process.info().commandLine().orElse("").contains(Containers.nameArgument(leaseId.get())))
                .forEach(ProcessHandle::destroyForcibly);
    }
}
