package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.connection.ssh.Hosts;
import dev.atex.run.EventLog;
import dev.atex.run.RunEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs over hosts with a real sshd. */
@Timeout(300)
class SshRunTest {
    private static Hosts hosts;

    @TempDir
    private Path directory;

    private List<String> before;

    @BeforeAll
    static void up() throws Exception {
        hosts = Hosts.up(3);
    }

    @AfterAll
    static void down() throws Exception {
        if (hosts != null) {
            hosts.close();
        }
    }

    /** The hosts share what is in this directory with this one, where others may be at work. That of locks stays. */
    private static List<String> inVar() throws Exception {
        return hosts.order("exec", "1", "sh", "-c", "ls -d /var/atex-* 2>/dev/null | grep -v -x /var/atex-host || :")
                .lines()
                .toList();
    }

    @BeforeEach
    void lookAround() throws Exception {
        before = inVar();
    }

    /** Whatever a test did, nothing of a run is left on a host: no lock, no directory, no process. */
    @AfterEach
    void hostsAreClean() throws Exception {
        assertThat(inVar()).isSubsetOf(before);
        for (int i = 1; i <= 3; i++) {
            assertThat(
                            hosts.order(
                                    "exec",
                                    Integer.toString(i),
                                    "sh",
                                    "-c",
                                    "ls -d /var/atex-host/lock /var/atex-host/leases/* 2>/dev/null; ls /tmp; pgrep -x sleep || :"))
                    .as("sut" + i)
                    .isEmpty();
        }
    }

    private String[] run(String names, String... more) {
        return Stream.concat(
                        Stream.of(
                                "run",
                                "--root",
                                directory.resolve("tree").toString(),
                                "--output",
                                "run",
                                "--provision",
                                "ssh,hosts=" + names + ",keep-alive=4s,config=" + hosts.config()),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    @ParameterizedTest
    @ValueSource(strings = {"built-in", "openssh"})
    void examplesRunOnThreeHosts(String transport) throws Exception {
        Atex.Result result = Atex.in(directory)
                .call(
                        "run",
                        "--root",
                        Atex.DEMO.toString(),
                        "--output",
                        "run",
                        "--provision",
                        "ssh,hosts=sut1;sut2;sut3,transport=" + transport + ",config=" + hosts.config())
                .expect(1);
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains("13 tests: 11 pass, 1 fail, 1 skip in ");
        Path files = directory.resolve("run/files/ssh/tests");
        assertThat(files.resolve("results/upload/system/random.bin")).hasSize(100_000);
        assertThat(files.resolve("basics/tty/output.txt")).hasContent("24 80");
    }

    @ParameterizedTest
    @ValueSource(strings = {"built-in", "openssh"})
    void shellOpensOnHost(String transport) throws Exception {
        Tree.in(directory).test("one", "false");
        String screen = Sitter.sit(directory, """
                sit "'$ATEX' shell --provision 'ssh,hosts=sut2,transport=%s,config=%s'"
                see 'sut2, where /one runs'
                type 'hostname; stty size; echo "<$TMT_TEST_NAME>"; sleep 600'
                see '</one>'
                t resize-window -x 100 -y 40
                t send-keys C-c
                type 'until stty size | grep "40 100"; do sleep 0.1; done; echo again'
                see '^again'
                type 'exit 5'
                see 'ended with 0'
                cat screen
                """.formatted(transport, hosts.config()));
        assertThat(screen.lines()).contains("sut2", "50 120", "40 100", "</one>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"built-in", "openssh"})
    void lostConnectionIsInfrastructureFailure(String transport) throws Exception {
        Tree.in(directory.resolve("tree")).test("test", """
                if [ ! -e /run/hosts/again ]; then hostname > /run/hosts/started; sleep 100; fi
                """);
        Path started = hosts.directory().resolve("started");
        Atex.Call call =
                Atex.in(directory).start(run("sut1;sut2,transport=" + transport, "--rerun", "infra-connection=1"));
        Watch.untilThereIs(started);
        String host = awaitContent(started);
        Files.createFile(hosts.directory().resolve("again"));
        hosts.order("refuse", host.substring("sut".length()));
        hosts.order("accept", host.substring("sut".length()));
        call.end().expect(0);
        assertThat(Tree.own(directory.resolve("run")).get("/test").status()).isEqualTo("pass");
        assertThat(Files.readString(directory.resolve("run/events.jsonl"))).contains("infra-connection");
        try (Stream<RunEvent> events = EventLog.read(directory.resolve("run/events.jsonl"))) {
            assertThat(events.flatMap(event ->
                            event instanceof RunEvent.TestStarted begun ? Stream.of(begun.remote()) : Stream.empty()))
                    .as("the machine was replaced")
                    .hasSize(2)
                    .doesNotHaveDuplicates();
        }
        Files.delete(hosts.directory().resolve("again"));
        Files.delete(started);
    }

    /** The file is there before its content is. */
    private static String awaitContent(Path file) throws IOException, InterruptedException {
        String text = "";
        while (!text.endsWith("\n")) {
            text = Files.readString(file);
            Thread.sleep(5); // what it waits for needs the CPU
        }
        return text.strip();
    }

    @ParameterizedTest
    @ValueSource(strings = {"built-in", "openssh"})
    void testRebootsItsHost(String transport) throws Exception {
        Tree.in(directory.resolve("tree")).test("test", """
                echo "boot $TMT_REBOOT_COUNT of $(hostname)"
                [ "$TMT_REBOOT_COUNT" = 0 ] || exit 0
                trap '' PIPE HUP
                echo disconnect >&$ATEX_TEST_CONTROL
                while echo noop >&$ATEX_TEST_CONTROL; do :; done 2>/dev/null
                kill -TERM 1
                sleep 100
                """);
        Atex.in(directory).call(run("sut3,transport=" + transport)).expect(0);
        assertThat(directory.resolve("run/files/ssh/test/output.txt")).hasContent("boot 0 of sut3\nboot 1 of sut3");
    }

    @Test
    void hostWithoutTarEndsRunAfterOneSetUp() throws Exception {
        Tree.in(directory.resolve("tree")).test("test", "true");
        hosts.order("exec", "3", "mount", "--bind", "/dev/null", "/usr/bin/tar");
        try {
            Atex.Result ended =
                    Atex.in(directory).call(run("sut3,transport=built-in")).expect(3);
            assertThat(ended.out())
                    .contains(
                            "set-up of sut3 failed: sut3: cannot upload files: the host has no 'tar', install it there")
                    .contains("ssh provides no more machines: sut3 is not used any more, its set-up has failed")
                    .doesNotContain("times:");
            assertThat(failedSetUps()).containsExactly("sut3");
        } finally {
            hosts.order("exec", "3", "umount", "/usr/bin/tar");
        }
    }

    private List<String> failedSetUps() throws IOException {
        try (Stream<RunEvent> events = EventLog.read(directory.resolve("run/events.jsonl"))) {
            return events.flatMap(event ->
                            event instanceof RunEvent.SetUpFailed failed ? Stream.of(failed.remote()) : Stream.empty())
                    .toList();
        }
    }

    @Test
    void hostWithoutTarIsReplacedByAnotherHost() throws Exception {
        Tree tree = Tree.in(directory.resolve("tree"));
        tree.test("one", "hostname").test("two", "hostname").test("three", "hostname");
        hosts.order("exec", "3", "mount", "--bind", "/dev/null", "/usr/bin/tar");
        try {
            Atex.in(directory).call(run("sut3;sut1,transport=built-in")).expect(3);
            assertThat(failedSetUps()).containsExactly("sut3");
            for (String test : List.of("one", "two", "three")) {
                assertThat(directory.resolve("run/files/ssh/" + test + "/output.txt"))
                        .hasContent("sut1");
            }
        } finally {
            hosts.order("exec", "3", "umount", "/usr/bin/tar");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"built-in", "openssh"})
    void ctrlCAtTerminalKeepsReportedResults(String transport) throws Exception {
        Tree.in(directory.resolve("tree")).test("test", CtrlC.test("/run/hosts/started"));
        Path started = hosts.directory().resolve("started");
        CtrlC.endsARun(directory, started, run("sut1,transport=" + transport));
        Files.delete(started);
    }

    @ParameterizedTest
    @ValueSource(strings = {"built-in", "openssh"})
    void killedRunLeavesNothing(String transport) throws Exception {
        Tree.in(directory.resolve("tree")).test("test", """
                setsid sleep 1000 &
                : > /run/hosts/started
                sleep 100
                """);
        Path started = hosts.directory().resolve("started");
        Path state = directory.resolve("state");
        Atex.Call call = Atex.in(directory)
                .with(Map.of("XDG_STATE_HOME", state.toString()))
                .start(run("sut1,transport=" + transport));
        Watch.untilThereIs(started);
        call.signal("KILL");
        call.end();
        // the guard does it, or has done so
        Watch.until(state.resolve("atex"), "the guard", () -> {
            try (Stream<Path> files = Files.list(state.resolve("atex"))) {
                return files.noneMatch(file -> file.toString().endsWith(".ledger"));
            }
        });
        Files.delete(started);
    }

    @Test
    void usageErrorsAreExplained() throws Exception {
        Tree.in(directory.resolve("tree")).test("test", "true");
        assertThat(Atex.in(directory)
                        .call("run", "--root", "tree", "--provision", "ssh")
                        .expect(2)
                        .err())
                .contains("needs hosts");
        assertThat(Atex.in(directory)
                        .call("run", "--root", "tree", "--provision", "ssh,hosts=a,host-key=off")
                        .expect(2)
                        .err())
                .contains("host-keys");
        assertThat(Atex.in(directory).call("run", "--help").expect(0).out()).contains("ssh");
    }
}
