package dev.atex.connection.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionContract;
import dev.atex.connection.Exit;
import dev.atex.connection.Output;
import dev.atex.connection.RemoteProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalConnectionTest extends ConnectionContract {
    @TempDir
    Path machine;

    @Override
    protected Connection create() {
        return new LocalConnection();
    }

    @Override
    protected String newRemoteDirectory() {
        return machine.resolve("new").toString();
    }

    @Test
    void disconnectEndsWhatLeftTheSession() throws Exception {
        LocalConnection connection = new LocalConnection();
        connection.connect(soon());
        long pid = Long.parseLong(connection
                .run(Command.of("sh", "-c", "setsid sleep 1000 >/dev/null 2>&1 & echo $!"), soon())
                .stdoutText()
                .strip());
        assertThat(Processes.isZombie(pid)).isFalse();
        connection.disconnect(soon());
        assertThat(Processes.isZombie(pid)).isTrue();
    }

    @Test
    void namesThatAShellCannotSpellSurvive() throws Exception {
        try (LocalConnection connection = new LocalConnection()) {
            connection.connect(soon());
            Command printenv = Command.of("printenv", "odd.name").withEnvironment(Map.of("odd.name", "kept"));
            assertThat(connection.run(printenv, soon()).stdoutText()).isEqualTo("kept\n");
        }
    }

    @Test
    void endMarkIsFoundBeforeWhatADaemonWroteLater() throws Exception {
        Path file = machine.resolve("out");
        try (LocalConnection connection = new LocalConnection()) {
            connection.connect(soon());
            RemoteProcess process =
                    connection.start(Command.of("printf", "outMARKlate").withStdout(Output.appendTo(file, "MARK")));
            assertThat(process.await(soon())).isEqualTo(new Exit.Code(0));
        }
        assertThat(Files.readString(file)).isEqualTo("outlate");
    }

    @Test
    void killAllEndsMarkedProcessesAndNoOthers() throws Exception {
        Containment ours = Containment.markOnly("test-ours");
        ProcessBuilder builder = new ProcessBuilder("sleep", "1000");
        Process stranger = builder.start();
        builder.environment().put(Containment.MARK, "outer");
        ours.mark(builder.environment());
        Process marked = builder.start();
        try {
            assertThat(builder.environment()).containsEntry(Containment.MARK, "outer:test-ours");
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
    void cgroupMountsAreReadFromProc() {
        assertThat(CgroupMounts.find(
                        List.of("8:cpu,pids:/a/b", "0::/x"),
                        List.of(
                                "30 25 0:26 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
                                "31 25 0:27 /a /sys/fs/my\\040pids rw shared:9 - cgroup cgroup rw,cpu,pids")))
                .containsExactly(Path.of("/sys/fs/cgroup/unified/x"), Path.of("/sys/fs/my pids/b"));
    }
}
