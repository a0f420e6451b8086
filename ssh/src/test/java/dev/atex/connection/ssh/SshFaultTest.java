package dev.atex.connection.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.CommandResult;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Exit;
import dev.atex.connection.Output;
import dev.atex.connection.RemoteProcess;
import dev.atex.connection.ssh.config.HostKeyPolicy;
import dev.atex.connection.ssh.config.Secret;
import dev.atex.connection.ssh.config.SshOptions;
import dev.atex.connection.ssh.config.SshTransport;
import dev.atex.connection.ssh.transport.LoginRefusedException;
import dev.atex.connection.ssh.transport.PortForward;
import dev.atex.internal.concurrent.TaskScope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Failures of networks, servers and logins; with a real sshd, over both transports. */
@Timeout(120)
@Tag("slow")
class SshFaultTest {
    private static Hosts hosts;

    @TempDir
    Path here;

    @BeforeAll
    static void up() throws Exception {
        hosts = Hosts.up(2);
    }

    @AfterAll
    static void down() throws Exception {
        if (hosts != null) {
            hosts.close();
        }
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(60));
    }

    private static SshConnection connect(SshTransport transport) throws Exception {
        return connected("sut1", options(transport));
    }

    private static SshOptions options(SshTransport transport) {
        return hosts.options().withTransport(transport);
    }

    private static SshConnection connected(String host, SshOptions options) throws Exception {
        SshConnection connection = new SshConnection(host, options);
        connection.connect(soon());
        return connection;
    }

    private static String sh(SshConnection connection, String script) throws Exception {
        CommandResult result = connection.run(Command.of("sh", "-c", script), soon());
        assertThat(result.exitCode()).as(result.stderrText()).isZero();
        return result.stdoutText().strip();
    }

    @ParameterizedTest
    @EnumSource
    void lossOfSilentHostIsNoticed(SshTransport transport) throws Exception {
        SshOptions options = options(transport).withKeepAlive(Duration.ofSeconds(4));
        try (SshConnection connection = connected("sut1", options)) {
            RemoteProcess sleeping = connection.start(Command.of("sleep", "1000"));
            hosts.order("link", "1", "down");
            try {
                assertThat(sleeping.await(soon())).isInstanceOf(Exit.TransportLost.class);
                assertThatThrownBy(() -> connection.start(Command.of("true")))
                        .isInstanceOf(ConnectionException.class)
                        .hasMessageContaining("sut1");
            } finally {
                hosts.order("link", "1", "up");
            }
            connection.waitUntilReachable(soon());
            connection.connect(soon());
            assertThat(sh(connection, "echo back")).isEqualTo("back");
        }
    }

    @ParameterizedTest
    @EnumSource
    void deathOfServerLosesConnection(SshTransport transport) throws Exception {
        try (SshConnection connection = connect(transport)) {
            RemoteProcess sleeping = connection.start(Command.of("sh", "-c", "echo; exec sleep 1000"));
            assertThat(sleeping.stdout().read()).isEqualTo('\n');
            hosts.order("refuse", "1");
            try {
                assertThat(sleeping.await(soon())).isInstanceOf(Exit.TransportLost.class);
                assertThat(sleeping.stdout().read()).isNegative();
                assertThatThrownBy(() -> connection.connect(soon()))
                        .isInstanceOf(ConnectionException.class)
                        .hasMessageContaining("sut1")
                        .hasMessageContaining("efused");
            } finally {
                hosts.order("accept", "1");
            }
            connection.connect(soon());
            assertThat(sh(connection, "echo back")).isEqualTo("back");
        }
    }

    @ParameterizedTest
    @EnumSource
    void restartOfServerKeepsSessions(SshTransport transport) throws Exception {
        try (SshConnection connection = connect(transport)) {
            RemoteProcess reading = connection.start(Command.of("sh", "-c", "read line; exit 7"));
            hosts.order("restart", "1");
            reading.stdin().write('\n');
            reading.stdin().flush();
            assertThat(reading.await(soon())).isEqualTo(new Exit.Code(7));
            assertThat(sh(connection, "echo on")).isEqualTo("on");
        }
    }

    @ParameterizedTest
    @EnumSource
    void waitAfterRebootEndsWhenServerGreets(SshTransport transport) throws Exception {
        try (SshConnection connection = connect(transport)) {
            String before = sh(connection, "cut -d' ' -f22 /proc/1/stat");
            RemoteProcess rebooting = connection.start(Command.of("sh", "-c", "kill -TERM 1; sleep 1000"));
            assertThat(rebooting.await(soon())).isInstanceOf(Exit.TransportLost.class);
            connection.disconnect();
            connection.waitUntilReachable(soon());
            connection.connect(soon());
            assertThat(sh(connection, "cut -d' ' -f22 /proc/1/stat")).isNotEqualTo(before);
        }
    }

    @ParameterizedTest
    @EnumSource
    void exitCode255OfCommandIsReported(SshTransport transport) throws Exception {
        try (SshConnection connection = connect(transport)) {
            RemoteProcess failing = connection.start(Command.of("sh", "-c", "exit 255"));
            assertThat(failing.await(soon())).isEqualTo(new Exit.Code(255));
        }
    }

    @ParameterizedTest
    @EnumSource
    void commandsBeyondServerLimitWait(SshTransport transport) throws Exception {
        try (SshConnection connection = connect(transport);
                TaskScope scope = TaskScope.open("test")) {
            List<TaskScope.Task<String>> tasks = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String number = Integer.toString(i);
                tasks.add(scope.fork("command", () -> sh(connection, "echo " + number)));
            }
            for (int i = 0; i < 200; i++) {
                assertThat(tasks.get(i).join(soon())).isEqualTo(Integer.toString(i));
            }
        }
    }

    @Test
    void serverWithOneSessionRunsCommandsInTurn() throws Exception {
        String configuration = "/run/hosts/sut2/sshd_config";
        String _ = hosts.order("exec", "2", "sed", "-i", "1i MaxSessions 1", configuration);
        String _ = hosts.order("restart", "2");
        try (SshConnection connection = connected("sut2", options(SshTransport.BUILT_IN));
                TaskScope scope = TaskScope.open("test")) {
            for (int i = 0; i < 50; i++) {
                assertThat(sh(connection, "echo " + i)).isEqualTo(Integer.toString(i));
            }
            List<TaskScope.Task<String>> tasks = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String number = Integer.toString(i);
                tasks.add(scope.fork("command", () -> sh(connection, "echo " + number)));
            }
            for (int i = 0; i < 20; i++) {
                assertThat(tasks.get(i).join(soon())).isEqualTo(Integer.toString(i));
            }
        } finally {
            String _ = hosts.order("exec", "2", "sed", "-i", "1d", configuration);
            String _ = hosts.order("restart", "2");
        }
    }

    @Test
    void commandThatPreventsItsReportHasItsExitCode() throws Exception {
        try (SshConnection connection = connect(SshTransport.OPENSSH)) {
            RemoteProcess removing = connection.start(Command.of("sh", "-c", "rm -r /tmp/.atex-*; exit 3"));
            assertThat(removing.await(soon())).isEqualTo(new Exit.Code(3));
        }
    }

    @Test
    void deathOfReportReaderLosesConnection() throws Exception {
        try (SshConnection connection = connect(SshTransport.OPENSSH)) {
            RemoteProcess killing = connection.start(Command.of("sh", "-c", "pkill -x cat; exec sleep 1000"));
            assertThat(killing.await(soon())).isInstanceOf(Exit.TransportLost.class);
            connection.connect(soon());
            assertThat(sh(connection, "echo back")).isEqualTo("back");
        }
    }

    @ParameterizedTest
    @EnumSource
    void hugeOutputsOnBothStreamsAreComplete(SshTransport transport) throws Exception {
        Path out = here.resolve("out");
        Path err = here.resolve("err");
        int megabytes = 40;
        try (SshConnection connection = connect(transport)) {
            RemoteProcess process = connection.start(Command.of(
                            "sh",
                            "-c",
                            "head -c $1 /dev/zero | tr '\\0' e >&2 & head -c $1 /dev/zero | tr '\\0' o; wait; printf END >&2",
                            "sh",
                            Integer.toString(megabytes << 20))
                    .withStdout(Output.appendTo(out))
                    .withStderr(Output.appendTo(err, "END")));
            assertThat(process.await(soon())).isEqualTo(new Exit.Code(0));
        }
        assertThat(Files.size(out)).isEqualTo((long) megabytes << 20);
        assertThat(Files.size(err)).isEqualTo((long) megabytes << 20);
    }

    @ParameterizedTest
    @EnumSource
    void longCommandsAreComplete(SshTransport transport) throws Exception {
        String long1 = "'x".repeat(60_000);
        try (SshConnection connection = connect(transport)) {
            CommandResult result =
                    connection.run(Command.of("sh", "-c", "cat; printf %s \"$1\" | wc -c", "sh", long1), soon());
            assertThat(result.stdoutText().strip()).isEqualTo("120000");
        }
    }

    @ParameterizedTest
    @EnumSource
    void killEndsCommandOrItsInput(SshTransport transport) throws Exception {
        try (SshConnection connection = connect(transport)) {
            RemoteProcess reading = connection.start(Command.of("sh", "-c", "echo $$; cat >/dev/null; exec sleep 0"));
            byte[] pid = new byte[20];
            int length = reading.stdout().read(pid);
            reading.kill();
            String process = "/proc/" + new String(pid, 0, length).strip();
            // there is no event for the end of the process
            assertThat(sh(connection, "while [ -e " + process + " ]; do sleep 0.05; done; echo gone"))
                    .isEqualTo("gone");
        }
    }

    @ParameterizedTest
    @EnumSource
    void changedHostKeyIsRefused(SshTransport transport) throws Exception {
        Path known = here.resolve("known");
        String line = Files.readString(hosts.directory().resolve("known_hosts"));
        String other = Files.readString(hosts.directory().resolve("id.pub")).split(" ")[1];
        Files.writeString(known, line.replaceAll("(sut1\\S* ssh-ed25519) \\S+", "$1 " + other));
        SshOptions options = options(transport).withKnownHosts(known);
        assertThatThrownBy(() -> connected("sut1", options))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("sut1")
                .hasMessageContaining(transport == SshTransport.BUILT_IN ? "CHANGED" : "verification failed");
        assertThatThrownBy(() -> connected("sut1", options.withHostKeys(HostKeyPolicy.ACCEPT_NEW)))
                .isInstanceOf(ConnectionException.class);
        connected("sut1", options.withHostKeys(HostKeyPolicy.OFF)).close();
    }

    @ParameterizedTest
    @EnumSource
    void unknownHostKeyIsRefusedUnlessNewOnesAreAccepted(SshTransport transport) throws Exception {
        Path known = here.resolve("known");
        SshOptions options = options(transport).withKnownHosts(known);
        assertThatThrownBy(() -> connected("sut1", options))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining(transport == SshTransport.BUILT_IN ? "not known" : "verification failed");
        connected("sut1", options.withHostKeys(HostKeyPolicy.ACCEPT_NEW)).close();
        assertThat(Files.readString(known)).contains("ssh-ed25519");
        connected("sut1", options).close();
    }

    private SshOptions configured(SshTransport transport, String... lines) throws Exception {
        Path config = Files.write(here.resolve("config"), List.of(lines));
        return options(transport).withConfig(config);
    }

    private static String address(int number) throws Exception {
        return "10.213." + Files.readString(hosts.directory().resolve("net")).strip() + "." + (10 + number);
    }

    private static String keyOf(String host) {
        return "Host " + host + "\n  UserKnownHostsFile " + hosts.directory().resolve("known_hosts") + "\n";
    }

    @ParameterizedTest
    @EnumSource
    void wrongKeyIsRefused(SshTransport transport) throws Exception {
        Path key = here.resolve("other");
        new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString())
                .start()
                .waitFor();
        SshOptions options = configured(
                transport, keyOf("wrong"), "  HostName " + address(1), "  IdentityFile " + key, "  IdentitiesOnly yes");
        assertThatThrownBy(() -> connected("root@wrong", options))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("wrong")
                .hasMessageMatching("(?s).*(none of the keys|Permission denied).*");
        SshOptions behind = configured(
                transport,
                keyOf("wrong jump"),
                "Host wrong",
                "  ProxyJump root@jump",
                "Host *",
                "  HostName " + address(1),
                "  IdentityFile " + key,
                "  IdentitiesOnly yes");
        try (SshConnection connection = new SshConnection("root@wrong", behind)) {
            assertThatThrownBy(() -> connection.waitUntilReachable(Deadline.after(Duration.ofHours(1))))
                    .as("is not tried again and again")
                    .isInstanceOf(LoginRefusedException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void unknownNameIsReported(SshTransport transport) throws Exception {
        SshOptions options = configured(transport, "Host nowhere", "  HostName no-such-host.invalid");
        assertThatThrownBy(() -> connected("nowhere", options))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("nowhere")
                .hasMessageMatching("(?s).*(cannot be resolved|Could not resolve).*");
    }

    @ParameterizedTest
    @EnumSource
    void connectToSilentHostTimesOut(SshTransport transport) throws Exception {
        hosts.order("link", "2", "down");
        try {
            SshOptions options = options(transport).withConnectTimeout(Duration.ofSeconds(1));
            assertThatThrownBy(() -> connected("sut2", options))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("sut2");
        } finally {
            hosts.order("link", "2", "up");
        }
    }

    @ParameterizedTest
    @EnumSource
    void passwordAndSudoWork(SshTransport transport) throws Exception {
        Path password = Files.writeString(here.resolve("password"), "atex test\n");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        SshOptions options = configured(
                        transport,
                        keyOf("host"),
                        "  HostName " + address(1),
                        "  User tester",
                        "  IdentityFile none",
                        "  IdentityAgent none")
                .withPassword(new Secret.InFile(password));
        try (SshConnection connection = connected("host", options)) {
            assertThat(sh(connection, "id -un")).isEqualTo("tester");
            assertThat(ProcessHandle.allProcesses()
                            .map(process -> process.info().commandLine().orElse("")))
                    .noneMatch(line -> line.contains("atex test"));
        }
        Files.writeString(password, "wrong\n");
        assertThatThrownBy(() -> connected("host", options))
                .isInstanceOf(ConnectionException.class)
                .hasMessageNotContaining("wrong");
        Files.writeString(password, "atex test\n");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(Path.of("/usr/bin/sudo")), "sudo is not installed");
        try (SshConnection connection = new SshConnection("host", options.withSudo("root"), "lease-1")) {
            connection.connect(soon());
            CommandResult result = connection.run(
                    Command.of("sh", "-c", "id -un; echo $ATEX_MARK; echo \"$A\"; exit 255")
                            .withEnvironment(java.util.Map.of("A", "'b' c")),
                    soon());
            assertThat(result.stdoutText()).isEqualTo("root\nlease-1\n'b' c\n");
            assertThat(result.exitCode()).isEqualTo(255);
        }
    }

    private static void call(Path agent, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("SSH_AUTH_SOCK", agent.toString());
        assertThat(builder.start().waitFor()).as(String.join(" ", command)).isZero();
    }

    /** Returns configuration lines with ten of the keys in the agent. */
    private String keysFrom(int first) {
        return IntStream.range(first, first + 10)
                .mapToObj(i -> "  IdentityFile " + here.resolve("key" + i))
                .collect(Collectors.joining("\n"));
    }

    /** Servers close the connection after six unknown keys. */
    @ParameterizedTest
    @EnumSource
    void givenKeyIsUsedWithTwentyKeysInAgent(SshTransport transport) throws Exception {
        Path socket = here.resolve("agent");
        Path given =
                Files.copy(hosts.directory().resolve("id"), here.resolve("given"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.copy(hosts.directory().resolve("id.pub"), here.resolve("given.pub"));
        Process agent = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString()).start();
        try {
            while (!Files.exists(socket)) {
                Thread.sleep(5); // there is no event for the start of the agent
            }
            for (int i = 0; i < 20; i++) {
                String key = here.resolve("key" + i).toString();
                call(socket, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key);
                call(socket, "ssh-add", "-q", key);
            }
            SshOptions all = configured(
                            transport,
                            keyOf("host"),
                            "  HostName " + address(1),
                            "  IdentityAgent " + socket,
                            keysFrom(0),
                            keysFrom(10))
                    .withIdentity(given);
            assertThatThrownBy(() -> connected("root@host", all)).isInstanceOf(ConnectionException.class);
            try (SshConnection connection = connected("root@host", all.withIdentitiesOnly())) {
                assertThat(sh(connection, "id -un")).isEqualTo("root");
            }
            call(socket, "ssh-add", "-q", given.toString()); // from now on only the agent has the key
            call(socket, "ssh-keygen", "-q", "-p", "-P", "", "-N", "secret", "-f", given.toString());
            try (SshConnection connection = connected("root@host", all.withIdentitiesOnly())) {
                assertThat(sh(connection, "id -un")).isEqualTo("root");
            }
        } finally {
            agent.destroy();
            agent.waitFor();
        }
    }

    /** Keys that the configuration names are offered to jump hosts only. */
    @ParameterizedTest
    @EnumSource
    void configuredKeysAreNotOfferedBesideGivenOne(SshTransport transport) throws Exception {
        String right = hosts.directory().resolve("id").toString();
        Path wrong = here.resolve("wrong");
        call(here.resolve("none"), "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", wrong.toString());
        SshOptions both = configured(
                        transport,
                        keyOf("host way"),
                        "  HostName " + address(1),
                        "Host host",
                        "  ProxyJump root@way",
                        "Host *",
                        "  IdentityFile " + right)
                .withIdentity(wrong);
        try (SshConnection connection = connected("root@host", both)) {
            assertThat(sh(connection, "id -un"))
                    .as("with the key of the configuration")
                    .isEqualTo("root");
        }
        assertThatThrownBy(() -> connected("root@host", both.withIdentitiesOnly()))
                .isInstanceOf(ConnectionException.class);
        try (SshConnection connection =
                connected("root@host", both.withIdentity(Path.of(right)).withIdentitiesOnly())) {
            assertThat(sh(connection, "id -un")).isEqualTo("root");
        }
    }

    @ParameterizedTest
    @EnumSource
    void keyInAgentIsUsed(SshTransport transport) throws Exception {
        Path socket = here.resolve("agent");
        Process agent = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString()).start();
        try {
            while (!Files.exists(socket)) {
                Thread.sleep(5); // there is no event for the start of the agent
            }
            ProcessBuilder add = new ProcessBuilder(
                    "ssh-add", "-q", hosts.directory().resolve("id").toString());
            add.environment().put("SSH_AUTH_SOCK", socket.toString());
            assertThat(add.start().waitFor()).isZero();
            SshOptions options = configured(
                    transport,
                    keyOf("host"),
                    "  HostName " + address(1),
                    "  IdentityAgent " + socket,
                    "  IdentityFile none");
            try (SshConnection connection = connected("root@host", options)) {
                assertThat(sh(connection, "id -un")).isEqualTo("root");
            }
        } finally {
            agent.destroy();
            agent.waitFor();
        }
    }

    @ParameterizedTest
    @EnumSource
    void hostBehindJumpHostIsReached(SshTransport transport) throws Exception {
        SshOptions options = configured(
                transport,
                keyOf("*"),
                "  User root",
                "  IdentityFile " + hosts.directory().resolve("id"),
                "Host first",
                "  HostName " + address(1),
                "Match originalhost second",
                "  HostName " + address(2),
                "  ProxyJump first");
        try (SshConnection connection = connected("second", options)) {
            assertThat(sh(connection, "hostname; echo $SSH_CONNECTION")).startsWith("sut2\n" + address(1) + " ");
        }
    }

    @ParameterizedTest
    @EnumSource
    void portsAreForwardedInBothDirections(SshTransport transport) throws Exception {
        try (SshConnection connection = connect(transport);
                PortForward there = connection.forwardLocal(0, "127.0.0.1", 22)) {
            try (java.net.Socket socket = new java.net.Socket("127.0.0.1", there.port())) {
                assertThat(new String(socket.getInputStream().readNBytes(8))).isEqualTo("SSH-2.0-");
            }
            try (java.net.ServerSocket server =
                            new java.net.ServerSocket(0, 5, java.net.InetAddress.getLoopbackAddress());
                    PortForward back = connection.forwardRemote(0, "127.0.0.1", server.getLocalPort());
                    TaskScope scope = TaskScope.open("test")) {
                scope.run("server", () -> {
                    try (java.net.Socket accepted = server.accept()) {
                        accepted.getOutputStream().write("hello\n".getBytes());
                    }
                });
                assertThat(connection
                                .run(
                                        Command.of(
                                                "bash",
                                                "-c",
                                                "exec 3<>/dev/tcp/127.0.0.1/" + back.port() + "; head -n 1 <&3"),
                                        soon())
                                .stdoutText())
                        .isEqualTo("hello\n");
            }
        }
    }

    /** The jump host asks for a password too, and must not get that of the host. */
    @ParameterizedTest
    @EnumSource
    void passwordIsNotSentToJumpHost(SshTransport transport) throws Exception {
        Path password = Files.writeString(here.resolve("password"), "atex test\n");
        String[] asTester = {"  User tester", "  IdentityFile none", "  IdentityAgent none"};
        List<String> lines = new ArrayList<>(List.of(keyOf("way"), "  HostName " + address(2)));
        lines.addAll(List.of(asTester));
        lines.addAll(List.of(keyOf("end"), "  HostName " + address(1), "  ProxyJump way"));
        lines.addAll(List.of(asTester));
        SshOptions options =
                configured(transport, lines.toArray(String[]::new)).withPassword(new Secret.InFile(password));
        int before = passwordsGiven();
        assertThatThrownBy(() -> connected("end", options)).isInstanceOf(ConnectionException.class);
        assertThat(passwordsGiven()).isEqualTo(before);
        try (SshConnection direct = connected("way", options)) {
            assertThat(sh(direct, "id -un")).isEqualTo("tester");
        }
        assertThat(passwordsGiven()).isEqualTo(before + 1);
    }

    /** Returns how often the second host has accepted a password. */
    private static int passwordsGiven() throws Exception {
        return Files.readString(hosts.directory().resolve("sut2/log")).split("Accepted password for tester", -1).length
                - 1;
    }

    @ParameterizedTest
    @EnumSource
    void disconnectWhileConnectingPreventsConnection(SshTransport transport) throws Exception {
        try (DelayedPort slow = DelayedPort.to(address(1), 22, Duration.ofMillis(200))) {
            SshOptions options = over(slow, transport);
            SshConnection connection = new SshConnection("relayed", options);
            try (TaskScope scope = TaskScope.open("test")) {
                TaskScope.Task<Void> connecting = scope.run("connect", () -> connection.connect(soon()));
                slow.awaitConnection(soon());
                connection.disconnect();
                assertThatThrownBy(() -> connecting.join(soon()))
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(ConnectionException.class);
            }
            assertThatThrownBy(() -> connection.start(Command.of("true"))).hasMessageContaining("not connected");
        }
    }

    @Test
    void rsyncSharesLogin() throws Exception {
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(Path.of("/usr/bin/rsync")), "rsync is not installed");
        Files.writeString(here.resolve("file"), "content");
        try (SshConnection connection = connect(SshTransport.OPENSSH)) {
            List<String> argv = new ArrayList<>(List.of("rsync", "-a"));
            argv.addAll(connection.rsyncArguments());
            argv.addAll(List.of(here.resolve("file").toString(), "sut1:/tmp/by-rsync"));
            assertThat(new ProcessBuilder(argv).inheritIO().start().waitFor()).isZero();
            assertThat(sh(connection, "cat /tmp/by-rsync")).isEqualTo("content");
        }
        try (SshConnection connection = connect(SshTransport.BUILT_IN)) {
            assertThatThrownBy(connection::rsyncArguments).hasMessageContaining("transport=openssh");
        }
    }

    /** Returns options for the alias {@code relayed}, which leads to the first host. */
    private SshOptions over(DelayedPort way, SshTransport transport) throws Exception {
        return configured(
                transport,
                keyOf("relayed"),
                "  User root",
                "  HostName 127.0.0.1",
                "  Port " + way.port(),
                "  HostKeyAlias sut1",
                "  IdentityFile " + hosts.directory().resolve("id"));
    }

    @ParameterizedTest
    @EnumSource
    void slowNetworkIsSupported(SshTransport transport) throws Exception {
        try (DelayedPort slow = DelayedPort.to(address(1), 22, Duration.ofMillis(100))) {
            SshOptions options = over(slow, transport);
            try (SshConnection connection = connected("relayed", options)) {
                carriesEverything(connection);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void lossOfPacketsIsSupported(SshTransport transport) throws Exception {
        org.junit.jupiter.api.Assumptions.assumeTrue(
                Files.exists(Path.of("/usr/sbin/iptables")), "iptables is not installed");
        hosts.order("loss", "1", "5");
        try (SshConnection connection = connected("sut1", options(transport).withKeepAlive(Duration.ofSeconds(15)))) {
            carriesEverything(connection);
        } finally {
            hosts.order("loss", "1", "0");
        }
    }

    /** The answer to a keep-alive request comes after all data on its way: any data counts as a sign of life. */
    @ParameterizedTest
    @EnumSource
    void keepAliveToleratesNarrowNetwork(SshTransport transport) throws Exception {
        try (DelayedPort narrow = DelayedPort.narrow(address(1), 22, 300_000)) {
            SshOptions options = over(narrow, transport);
            try (SshConnection connection = connected("relayed", options)) {
                Path tree = Files.createDirectories(here.resolve("tree"));
                byte[] noise = new byte[3_000_000];
                new Random(1).nextBytes(noise);
                Files.write(tree.resolve("noise"), noise);
                connection.upload(tree, "/tmp/narrow", soon());
                assertThat(sh(connection, "stat -c %s /tmp/narrow/noise; rm -r /tmp/narrow"))
                        .isEqualTo("3000000");
            }
        }
    }

    private void carriesEverything(SshConnection connection) throws Exception {
        Path tree = Files.createDirectories(here.resolve("tree"));
        for (int i = 0; i < 200; i++) {
            Files.writeString(tree.resolve("file" + i), "x".repeat(i * 100));
        }
        connection.upload(tree, "/tmp/carried", soon());
        Path back = here.resolve("back");
        connection.download("/tmp/carried", back, soon());
        for (int i = 0; i < 200; i++) {
            assertThat(back.resolve("file" + i)).hasContent("x".repeat(i * 100));
        }
        assertThat(sh(connection, "rm -r /tmp/carried; seq 200000"))
                .isEqualTo(IntStream.rangeClosed(1, 200_000)
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining("\n")));
    }
}
