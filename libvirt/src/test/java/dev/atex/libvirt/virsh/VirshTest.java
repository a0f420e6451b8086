package dev.atex.libvirt.virsh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.atex.concurrent.Deadline;
import dev.atex.libvirt.virsh.VirshException.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls of a script instead of virsh. */
@Timeout(120)
class VirshTest {
    @TempDir
    private Path directory;

    private static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(1));
    }

    private Virsh script(String script) throws Exception {
        return script(directory, script, Map.of());
    }

    static Virsh script(Path directory, String script, Map<String, String> environment) throws Exception {
        Path program = directory.resolve("virsh");
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return new Virsh(program, Optional.of("qemu:///session"), environment);
    }

    @Test
    void callHasUriLocaleAndArguments() throws Exception {
        assertThat(script("echo \"$LC_ALL $*\"").call(soon(), "vol-list", "a pool"))
                .isEqualTo("C -q -c qemu:///session vol-list a pool");
    }

    @Test
    void inputIsRead() throws Exception {
        assertThat(script("cat").callWith("<domain/>", soon(), "create", "/dev/stdin"))
                .isEqualTo("<domain/>");
    }

    @Test
    void callAtDeadlineIsKilled() throws Exception {
        Virsh hanging = script("echo $$ > " + directory + "/pid; exec sleep 1000");
        assertThatThrownBy(() -> hanging.call(Deadline.after(Duration.ofSeconds(2)), "list"))
                .asInstanceOf(type(VirshException.class))
                .extracting(VirshException::failure)
                .isEqualTo(Failure.TIMEOUT);
        assertEnds(Files.readString(directory.resolve("pid")));
    }

    @Test
    void callOfInterruptedThreadIsKilled() throws Exception {
        Virsh hanging = script(
                "echo $$ > " + directory + "/new; mv " + directory + "/new " + directory + "/pid; exec sleep 1000");
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                hanging.call(soon(), "list");
            } catch (VirshException | InterruptedException e) {
                // ends
            }
        });
        while (!Files.exists(directory.resolve("pid"))) {
            Thread.sleep(10);
        }
        caller.interrupt();
        caller.join();
        assertEnds(Files.readString(directory.resolve("pid")));
    }

    private static void assertEnds(String pid) throws Exception {
        Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(pid.strip()));
        if (process.isPresent()) {
            try {
                process.get().onExit().get(1, TimeUnit.MINUTES);
            } catch (ExecutionException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void markOfALeaseDoesNotReachTheDaemon() throws Exception {
        ProcessBuilder builder = script("true").builder(java.util.List.of("true"));
        assertThat(builder.environment()).doesNotContainKey("ATEX_MARK");
    }

    @Test
    void ledgerEntriesLeadToTheSameDaemon() throws Exception {
        Virsh virsh =
                script(directory, "echo \"$HOME $XDG_RUNTIME_DIR\"", Map.of("HOME", "/h", "XDG_RUNTIME_DIR", "/r"));
        Virsh later = Virsh.at(virsh.locator());
        assertThat(later.uri()).contains("qemu:///session");
        assertThat(later.call(soon(), "list")).isEqualTo("/h /r");
    }

    @Test
    void logOfSessionIsRemoved() throws Exception {
        Path log = directory.resolve(".cache/libvirt/qemu/log/atex-1.log");
        Files.createDirectories(log.getParent());
        Files.writeString(log, "");
        Path other = Files.writeString(log.resolveSibling("atex-2.log"), "");
        Virsh virsh = script(directory, "true", Map.of("HOME", directory.toString()));
        virsh.removeLog("atex-1");
        virsh.removeLog("atex-1");
        assertThat(log).doesNotExist();
        assertThat(other).exists();
    }

    @Test
    void remoteLedgerEntriesHaveNoDirectoriesOfThisHost() throws Exception {
        Virsh virsh = script(directory, "echo \"$HOME\"", Map.of("HOME", "/h")).with("qemu+ssh://host/system");
        assertThat(virsh.locator()).containsOnlyKeys("program", "uri");
        assertThat(Virsh.at(virsh.locator()).call(soon(), "list")).isEqualTo(System.getenv("HOME"));
    }

    @Test
    void missingProgramIsNamed() {
        assertThatThrownBy(() -> Virsh.find("/nowhere/virsh", Optional.empty()))
                .hasMessageContaining("there is no program '/nowhere/virsh' here: install it");
    }

    @Test
    void uriTellsWhereTheDaemonIs() {
        Virsh virsh = new Virsh(Path.of("virsh"), Optional.empty(), Map.of());
        assertThat(virsh.isLocal()).isTrue();
        assertThat(virsh.with("qemu:///system").isLocal()).isTrue();
        assertThat(virsh.with("qemu+unix:///system").isLocal()).isTrue();
        assertThat(virsh.with("qemu+ssh://root@host/system").isLocal()).isFalse();
        assertThat(virsh.with("qemu+tls://host/system").isLocal()).isFalse();
    }

    /** As libvirt 9.0 and QEMU 7.2 print them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "error: failed to get domain 'x' | NO_DOMAIN",
                "error: Storage volume not found: no storage vol with matching path 'nope' | NO_VOLUME",
                "error: failed to get pool 'nope' | NO_POOL",
                "error: Requested operation is not valid: storage pool 'p' is not active | INACTIVE_POOL",
                "error: Network not found: no network with matching name 'nope' | NO_NETWORK",
                "error: storage volume 'atex-t1.qcow2' exists already | EXISTS",
                "error: operation failed: domain 'x' already exists with uuid 1 | EXISTS",
                "error: Failed to connect socket to '/var/run/libvirt/libvirt-sock': No such file or directory | NO_DAEMON",
                "error: Failed to connect socket to '/var/run/libvirt/libvirt-sock': Permission denied | NO_PERMISSION",
                "error: authentication unavailable: no polkit agent available to authenticate action | NO_PERMISSION",
                "error: Cannot recv data: ssh: connect to host h port 22: Connection refused: Connection reset by peer | NO_DAEMON",
                "qemu-system-x86_64: -netdev user,id=n0,hostfwd=tcp:127.0.0.1:1-:22: Could not set up host forwarding rule | PORT_IN_USE",
                "qemu-system-x86_64: cannot set up guest memory 'pc.ram': Cannot allocate memory | NO_MEMORY",
                "Failed to get shared \"write\" lock Is another process using the image [/x]? | IMAGE_IN_USE",
                "error: metadata not found: Requested metadata element is not present | NO_METADATA",
                "error: command 'destroy' doesn't support option --remove-logs | NO_OPTION",
                "error: unsupported configuration: CPU mode 'host-passthrough' for x86_64 qemu domain | UNSUPPORTED",
                "error: Cannot recv data: root@h: Permission denied (publickey).: Connection reset by peer | NO_LOGIN",
                "error: Cannot recv data: Host key verification failed.: Connection reset by peer | NO_LOGIN",
                "error: Cannot recv data: ssh: Could not resolve hostname h: Name or service not known | NO_LOGIN",
                "qemu-system-x86_64: -blockdev {}: Could not open '/root/i.qcow2': Permission denied | NO_ACCESS",
                "error: Cannot access storage file '/root/i' (as uid:64055, gid:64055): Permission denied | NO_ACCESS",
                "error: something else | OTHER"
            })
    void failuresAreTold(String text, Failure failure) {
        assertThat(ErrorText.failure(text)).isEqualTo(failure);
    }

    @Test
    void messageHasCallHostAndReason() throws Exception {
        Virsh failing = script("echo \"error: failed to get pool 'p'\" >&2; echo \"error: not found\" >&2; exit 1");
        assertThatThrownBy(() -> failing.call(soon(), "pool-info", "p"))
                .hasMessage("'virsh pool-info' at qemu:///session failed: failed to get pool 'p': not found");
    }
}
