package dev.atex.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.ConnectionException;
import dev.atex.internal.concurrent.ProcessMarks;
import dev.atex.local.LocalConnection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing that a local command starts escapes, whatever holds it, as this user and as one without rights. */
@Tag("slow")
class ContainmentTest {
    /** By convention the user "nobody", whom nothing belongs to. */
    private static final String NOBODY = "65534";

    @TempDir
    private Path directory;

    /** What this user can have here. */
    private static Stream<Means> available() throws InterruptedException {
        List<Means> available = new ArrayList<>();
        for (Means means : Means.values()) {
            if (canBeHad(means)) {
                available.add(means);
            }
        }
        return available.stream();
    }

    private static Stream<Arguments> everyWay() throws InterruptedException {
        return everyWay(available());
    }

    private static Stream<Arguments> everyWayOfNobody() throws Exception {
        return everyWay(nobodyHasNamespaces() ? Stream.of(Means.NAMESPACE, Means.MARK) : Stream.of(Means.MARK));
    }

    private static Stream<Arguments> everyWay(Stream<Means> those) {
        return those.flatMap(means -> Arrays.stream(Escape.values())
                .flatMap(escape -> Arrays.stream(Escape.By.values()).map(by -> Arguments.of(means, escape, by))));
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void escapeIsEnded(Means means, Escape escape, Escape.By by) throws Exception {
        assertThat(escape.attempt(Optional.of(means), by, directory)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("everyWayOfNobody")
    void escapeByUserWithoutRightsIsEnded(Means means, Escape escape, Escape.By by) throws Exception {
        assumeThat(ownUid()).isEqualTo("0");
        assertThat(asNobody(
                        List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"),
                        means.word(),
                        escape.name(),
                        by.name()))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Escape.class)
    void escapeFromScopeOfUserManagerIsEnded(Escape escape) throws Exception {
        assumeThat(ownUid()).isEqualTo("0");
        assumeThat(List.of("/lib/systemd/systemd", "/usr/bin/systemctl", "/usr/bin/dbus-daemon"))
                .allMatch(program -> Files.isExecutable(Path.of(program)));
        String group = "atex-test-" + UUID.randomUUID();
        List<String> prefix = new ArrayList<>(
                List.of("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c"));
        prefix.add(resource("user-manager.sh"));
        prefix.addAll(List.of("sh", group, NOBODY, directory.resolve("nobody").toString()));
        assertThat(asNobody(prefix, Means.SYSTEMD.word(), escape.name(), Escape.By.TRACES.name()))
                .isEmpty();
    }

    private static String resource(String name) throws IOException {
        try (InputStream text = Objects.requireNonNull(ContainmentTest.class.getResourceAsStream(name))) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @MethodSource("available")
    void containmentDoesNotChangeCommand(Means means) throws Exception {
        try (LocalConnection connection = new LocalConnection("same-" + UUID.randomUUID(), Optional.of(means))) {
            connection.connect(soon());
            assertThat(connection.means()).contains(means);
            String script = "pwd; id -u; printenv odd.name; [ -e /proc/$$/stat ] && kill -0 $$ && exit 3";
            var result = connection.run(
                    Command.of("bash", "-c", script).withEnvironment(Map.of("odd.name", "kept")), soon());
            assertThat(result.stdoutText()).isEqualTo(Path.of("").toAbsolutePath() + "\n" + ownUid() + "\nkept\n");
            assertThat(result.exitCode()).isEqualTo(3);
        }
    }

    @Test
    void unavailableMeansAreReported() {
        assumeThat(Scopes.haveManager()).isFalse();
        LocalConnection connection = new LocalConnection("none-" + UUID.randomUUID(), Optional.of(Means.SYSTEMD));
        assertThatThrownBy(() -> connection.connect(soon()))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContainingAll("a scope of the systemd user manager", "XDG_RUNTIME_DIR", "contain=auto");
    }

    private static boolean canBeHad(Means means) throws InterruptedException {
        try (LocalConnection connection = new LocalConnection("probe-" + UUID.randomUUID(), Optional.of(means))) {
            connection.connect(soon());
            return true;
        } catch (ConnectionException e) {
            return false;
        }
    }

    private static boolean nobodyHasNamespaces() throws Exception {
        return new ProcessBuilder(
                                "setpriv",
                                "--reuid=" + NOBODY,
                                "--regid=" + NOBODY,
                                "--clear-groups",
                                "unshare",
                                "--user",
                                "--map-current-user",
                                "--pid",
                                "--fork",
                                "--mount-proc",
                                "true")
                        .start()
                        .waitFor()
                == 0;
    }

    /** Runs {@link Escape#main} as another user, who cannot read our classes where they are. */
    private String asNobody(List<String> prefix, String means, String escape, String by) throws Exception {
        Path home = directory.resolve("nobody");
        for (Path path : new Path[] {directory, home}) {
            Files.createDirectories(path);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        copyClasses(Containment.class, home.resolve("main"));
        copyClasses(Escape.class, home.resolve("test"));
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + home));
        command.addAll(List.of("-cp", home.resolve("main") + ":" + home.resolve("test"), Escape.class.getName()));
        command.addAll(List.of(
                means,
                escape,
                by,
                home.toString(),
                Integer.getInteger("atex.escapes", 1).toString()));
        Process child = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return child.waitFor() == 0 ? "" : "exit code " + child.exitValue() + ": " + said;
    }

    private static void copyClasses(Class<?> one, Path to) throws Exception {
        Path classes =
                Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
        Process copy = new ProcessBuilder("cp", "-r", "--no-preserve=mode", classes.toString(), to.toString()).start();
        assertThat(copy.waitFor()).isZero();
    }

    private static String ownUid() throws Exception {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString();
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(30));
    }

    @Test
    void killAllEndsMarkedProcessesAndNoOthers() throws Exception {
        Containment ours = Containment.markOnly("test-ours");
        ProcessBuilder builder = new ProcessBuilder("sleep", "1000");
        Process stranger = builder.start();
        builder.environment().put(ProcessMarks.VARIABLE, "outer");
        ours.mark(builder.environment());
        Process marked = builder.start();
        try {
            assertThat(builder.environment()).containsEntry(ProcessMarks.VARIABLE, "outer:test-ours");
            assertThat(Containment.existing("outer", Optional.empty()).members())
                    .contains(marked.toHandle());
            assertThat(Containment.markOnly("test").members()).isEmpty();
            assertThat(ours.killAll(soon())).isEmpty();
            assertThat(marked.waitFor()).isEqualTo(128 + 9);
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
            marked.destroyForcibly();
        }
    }

    @Test
    void foreignControlGroupIsRefused() {
        assertThatThrownBy(() -> Containment.existing("x", Optional.of(Path.of("/sys/fs/cgroup/pids"))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void cgroupMountsAreReadFromProc() {
        assertThat(CgroupMounts.find(
                        List.of("8:cpu,pids:/a/b", "0::/x"),
                        List.of(
                                "30 25 0:26 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
                                "31 25 0:27 /a /sys/fs/my\\040pids rw shared:9 - cgroup cgroup rw,cpu,pids")))
                .containsExactly(Path.of("/sys/fs/cgroup/unified/x"), Path.of("/sys/fs/my pids/b"));
    }

    @Test
    void controlGroupContainsProcessWithoutEnvironment() throws Exception {
        for (Path parent : CgroupMounts.ofThisProcess()) {
            String id = "test-" + UUID.randomUUID();
            Path group = parent.resolve("atex-" + id);
            try {
                Files.createDirectory(group);
            } catch (IOException e) {
                continue; // not allowed here: nothing to test
            }
            Containment containment = Containment.existing(id, Optional.of(group));
            Process shell = new ProcessBuilder(containment.enter(
                            List.of(
                                    "sh",
                                    "-c",
                                    "env -i setsid sleep 1000 & echo $!; mkdir \"$0/below\"; "
                                            + "echo $! >\"$0/below/cgroup.procs\"; echo; exec sleep 1000",
                                    group.toString()),
                            Map.of()))
                    .start();
            try (BufferedReader lines = shell.inputReader()) {
                long daemon = Long.parseLong(lines.readLine());
                lines.readLine();
                assertThat(containment.members())
                        .extracting(ProcessHandle::pid)
                        .containsExactlyInAnyOrder(daemon, shell.pid());
                assertThat(containment.killAll(soon())).isEmpty();
                assertThat(Processes.isZombie(daemon)).isTrue();
            } finally {
                shell.destroyForcibly().waitFor();
                containment.remove(soon());
            }
            assertThat(group).doesNotExist();
        }
    }
}
