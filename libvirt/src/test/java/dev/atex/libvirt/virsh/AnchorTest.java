package dev.atex.libvirt.virsh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client that keeps a domain, with a script instead of virsh. */
@Timeout(120)
class AnchorTest {
    private final String domain = "atex-" + UUID.randomUUID();

    @TempDir
    private Path directory;

    private static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(1));
    }

    private Anchor start(String script) throws Exception {
        return Anchor.start(VirshTest.script(directory, script, Map.of()), domain, "<domain/>");
    }

    @Test
    void descriptionIsReadAndItsEndIsNoLoss() throws Exception {
        Anchor anchor = start("cat > " + directory + "/xml; env > " + directory + "/env; echo 1-2-3; exec sleep 1000");
        anchor.awaitCreated(soon());
        assertThat(directory.resolve("xml")).hasContent("<domain/>");
        assertThat(directory.resolve("env")).content().doesNotContain("ATEX_DOMAIN");
        assertThat(Anchor.processes(domain)).isNotEmpty();
        anchor.end(soon());
        assertThat(Anchor.processes(domain)).isEmpty();
        assertThat(anchor.lost()).isNotDone();
    }

    @Test
    void errorOfCreationIsReported() throws Exception {
        Anchor anchor = start("cat > /dev/null; echo 'error: Cannot allocate memory' >&2; exit 1");
        assertThatThrownBy(() -> anchor.awaitCreated(soon()))
                .isInstanceOf(VirshException.class)
                .hasMessage("'virsh create' at qemu:///session failed: Cannot allocate memory");
        anchor.end(soon());
    }

    @Test
    void stopIsALossAtOnce() throws Exception {
        Anchor anchor = start("cat > /dev/null; echo 1-2-3; echo; echo \"event 'lifecycle' for domain '" + domain
                + "': Stopped Failed\"; exec sleep 1000");
        anchor.awaitCreated(soon());
        assertThat(anchor.lost().get(1, TimeUnit.MINUTES)).isEqualTo("it stopped (Failed)");
        anchor.end(soon());
    }

    @Test
    void machineThatCannotWriteIsLost() throws Exception {
        Anchor anchor = start("cat > /dev/null; echo 1-2-3; echo \"event 'lifecycle' for domain '" + domain
                + "': Suspended I/O Error\"; exec sleep 1000");
        anchor.awaitCreated(soon());
        assertThat(anchor.lost().get(1, TimeUnit.MINUTES))
                .isEqualTo("libvirt has suspended it (I/O Error): is the disk of the host full?");
        anchor.end(soon());
    }

    @Test
    void frozenClientIsKilled() throws Exception {
        Anchor anchor = start("cat > /dev/null; echo 1-2-3; kill -STOP $$; exec sleep 1000");
        anchor.awaitCreated(soon());
        anchor.end(soon());
        assertThat(Anchor.processes(domain)).isEmpty();
        assertThat(anchor.lost()).isNotDone();
    }

    @Test
    void killedClientIsNoAnswer() throws Exception {
        Anchor anchor = start("cat > /dev/null; kill -KILL $$");
        assertThatThrownBy(() -> anchor.awaitCreated(soon()))
                .isInstanceOfSatisfying(
                        VirshException.class, e -> assertThat(e.isDoubtful()).isTrue())
                .hasMessage("'virsh create' at qemu:///session ended without an answer (exit code 137)");
        anchor.end(soon());
    }

    @Test
    void otherEventsAreNoLoss() throws Exception {
        Anchor anchor = start("cat > /dev/null; echo 1-2-3; echo \"event 'lifecycle' for domain '" + domain
                + "': Resumed Unpaused\"; : > " + directory + "/done; exec sleep 1000");
        anchor.awaitCreated(soon());
        while (!Files.exists(directory.resolve("done"))) {
            Thread.sleep(10);
        }
        anchor.end(soon());
        assertThat(anchor.lost()).isNotDone();
    }

    @Test
    void endOfClientIsALoss() throws Exception {
        Anchor anchor =
                start("cat > /dev/null; echo 1-2-3; echo 'error: Disconnected from qemu:///session' >&2; exit 1");
        anchor.awaitCreated(soon());
        assertThat(anchor.lost().get(1, TimeUnit.MINUTES))
                .isEqualTo("its connection to libvirt ended: Disconnected from qemu:///session");
        anchor.end(soon());
    }

    @Test
    void clientOfADeadShellIsFoundAndEnded() throws Exception {
        Anchor anchor = start("cat > /dev/null; echo 1-2-3; while :; do sleep 0.1; done");
        anchor.awaitCreated(soon());
        ProcessHandle shell = Anchor.processes(domain).stream()
                .filter(process -> process.info().arguments().orElseThrow()[1].startsWith("exec 3"))
                .findFirst()
                .orElseThrow();
        shell.destroyForcibly();
        shell.onExit().get(1, TimeUnit.MINUTES);
        assertThat(Anchor.processes(domain)).hasSize(1);
        Anchor.end(domain, soon());
        assertThat(Anchor.processes(domain)).isEmpty();
    }
}
