package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.podman.Testbed;
import dev.atex.podman.TestbedAlone;
import dev.atex.run.EventLog;
import dev.atex.run.RunEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs on containers. */
@ExtendWith(TestbedAlone.class)
class ContainerTest {
    @TempDir
    private Path directory;

    private Bystanders bystanders;

    @BeforeEach
    void startBystanders() throws Exception {
        bystanders = Bystanders.start();
    }

    @AfterEach
    void onlyBystandersAreLeft() throws Exception {
        bystanders.assertAlone("at the end");
        bystanders.close();
    }

    private Atex.Result run(String root, String provision, String... more) throws Exception {
        return Atex.in(directory)
                .call(Stream.concat(
                                Stream.of("run", "--root", root, "--output", "run", "--provision", provision),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    @Test
    void examplesRunOnThreeContainers() throws Exception {
        run(Atex.DEMO.toString(), Testbed.provision(Testbed.image()) + ",max=3").expect(1);
        Path run = directory.resolve("run");
        assertExamplesRan(run);
        assertThat(run.resolve("files/podman/tests/results/upload/system/random.bin"))
                .hasSize(100_000);
        assertThat(run.resolve("files/podman/tests/basics/tty/output.txt")).hasContent("24 80");
    }

    static void assertExamplesRan(Path run) throws Exception {
        assertThat(Tree.own(run)).hasSize(13);
        assertThat(Tree.own(run).values())
                .filteredOn(line -> line.status().equals("fail"))
                .extracting(Tree.Line::test)
                .containsExactly("/tests/basics/fail");
        assertThat(Tree.results(run)).hasSize(22);
    }

    @Test
    void destructiveTestReplacesItsContainerAndRerunsThere() throws Exception {
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Tree tree = Tree.in(directory.resolve("tree")).file("destroy.fmf", """
                tag: destructive
                test: |
                  if mkdir /shared/first; then
                    echo "breaks everything"
                    rm -rf /etc/* /usr/share 2>/dev/null
                    exit 1
                  fi
                  test -e /etc/os-release
                """);
        for (int i = 1; i <= 8; i++) {
            tree.test("test" + i, "sleep 0.2; test -e /etc/os-release");
        }
        String provision = sharing(shared) + ",max=3";
        Atex.Result result =
                run(tree.directory().toString(), provision, "--reruns", "1").expect(0);
        Path run = directory.resolve("run");
        assertThat(Tree.own(run))
                .hasSize(9)
                .allSatisfy((name, line) -> assertThat(line.status()).isEqualTo("pass"));
        assertThat(run.resolve("attempts/destroy/1/files/output.txt")).hasContent("breaks everything");
        assertThat(result.out()).contains("/destroy", "(attempt 1, will be run again)");
        try (Stream<RunEvent> events = EventLog.read(run.resolve("events.jsonl"))) {
            List<RunEvent> all = events.toList();
            List<String> machines = all.stream()
                    .filter(event -> event instanceof RunEvent.TestStarted started
                            && started.test().equals("/destroy"))
                    .map(event -> ((RunEvent.TestStarted) event).remote())
                    .toList();
            assertThat(machines).hasSize(2).doesNotHaveDuplicates();
            assertThat(all)
                    .anyMatch(event -> event instanceof RunEvent.RemoteReleased released
                            && released.remote().equals(machines.getFirst()));
        }
    }

    /** Containers that have the directory as {@code /shared}. */
    private static String sharing(Path directory) throws Exception {
        return Testbed.provision(Testbed.image())
                .replace("--network=none", "--network=none;--volume=" + directory + ":/shared");
    }

    @Test
    void ctrlCAtTerminalKeepsReportedResults() throws Exception {
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Tree.in(directory.resolve("tree")).test("test", CtrlC.test("/shared/started"));
        CtrlC.endsARun(
                directory,
                shared.resolve("started"),
                "run",
                "--root",
                "tree",
                "--output",
                "run",
                "--provision",
                sharing(shared));
    }

    @Test
    void reapingAnotherRunKeepsContainerOfRunningRun() throws Exception {
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Tree.in(directory.resolve("live"))
                .test("test", ": > /shared/live; until [[ -e /shared/go ]]; do sleep 0.1; done");
        Tree.in(directory.resolve("dead")).test("test", ": > /shared/dead; sleep 1000");
        Atex atex = Atex.in(directory)
                .with(Map.of("XDG_STATE_HOME", directory.resolve("state").toString(), "ATEX_NO_GUARD", "1"));
        Atex.Call live = atex.start("run", "--root", "live", "--output", "one", "--provision", sharing(shared));
        Watch.untilThereIs(shared.resolve("live"));
        Atex.Call dead = atex.start("run", "--root", "dead", "--output", "two", "--provision", sharing(shared));
        Watch.untilThereIs(shared.resolve("dead"));
        dead.signal("KILL");
        Atex.Result _ = dead.end();
        Atex.Result reaped = atex.call("reap").expect(0);
        assertThat(reaped.out()).contains("freed");
        assertThat(Testbed.podman("ps", "--filter", "label=dev.atex.run", "--format", "{{.Names}}"))
                .hasLineCount(1);
        Files.createFile(shared.resolve("go"));
        live.end().expect(0);
    }

    @Test
    void testRebootsItsContainer() throws Exception {
        Tree tree = Tree.in(directory.resolve("tree")).test("reboot", """
                echo "start $TMT_REBOOT_COUNT $TMT_TEST_RESTART_COUNT $(cut -d ' ' -f 22 /proc/1/stat)"
                if [[ $TMT_REBOOT_COUNT -lt 2 ]]; then
                  echo disconnect >&$ATEX_TEST_CONTROL
                  trap '' PIPE
                  while echo noop >&$ATEX_TEST_CONTROL; do sleep 0.1; done 2>/dev/null
                  systemctl reboot
                  sleep 100
                fi
                """);
        run(tree.directory().toString(), Testbed.provision(Testbed.systemdImage()) + ",systemd=true")
                .expect(0);
        List<String> lines = Files.readAllLines(directory.resolve("run/files/podman/reboot/output.txt")).stream()
                .filter(line -> line.startsWith("start "))
                .toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).startsWith("start 0 0 ");
        assertThat(lines.get(1)).startsWith("start 1 1 ");
        assertThat(lines.get(2)).startsWith("start 2 2 ");
        assertThat(lines.stream().map(line -> line.split(" ")[3])).doesNotHaveDuplicates();
    }

    @Test
    void unannouncedRebootIsMachineFailure() throws Exception {
        Tree tree = Tree.in(directory.resolve("tree")).test("end", "systemctl reboot; sleep 100");
        run(tree.directory().toString(), Testbed.provision(Testbed.systemdImage()) + ",systemd=true")
                .expect(3);
        assertThat(Tree.own(directory.resolve("run")).get("/end").note()).contains("disconnect was not sent");
    }

    @Test
    void usageErrorsAreExplained() throws Exception {
        Tree tree = Tree.in(directory.resolve("tree")).test("a", "true");
        String root = tree.directory().toString();
        assertThat(run(root, "podman,max=2").expect(2).err()).contains("needs the option 'image'");
        assertThat(run(root, "podman,image=x,program=/no/such").expect(2).err()).contains("/no/such", "'program'");
        assertThat(run(root, "podman,image=x,pull=perhaps").expect(2).err()).contains("missing, always or never");
        Atex.Result missing = run(root, Testbed.provision("localhost/no-such-image:1"));
        assertThat(missing.exitCode()).isIn(2, 3);
        assertThat(missing.out() + missing.err()).contains("no image 'localhost/no-such-image:1'");
        assertThat(missing.out() + missing.err()).doesNotContain("\tat ");
    }

    @Test
    void imageBuildCreatesImage() throws Exception {
        String tag = "localhost/atex-test-built:" + ProcessHandle.current().pid();
        Atex atex = Atex.in(directory);
        String program = Testbed.engine().program().toString();
        assertThat(atex.call("image", "build", "--base", Testbed.image())
                        .expect(2)
                        .err())
                .contains("--tag");
        assertThat(atex.call(
                                "image",
                                "build",
                                "--base",
                                "localhost/no-such:1",
                                "--tag",
                                tag,
                                "--pull",
                                "never",
                                "--program",
                                program)
                        .expect(3)
                        .err())
                .contains("no image");
        try {
            // nothing is to be installed in it any more: needs no network
            Atex.Result built = atex.call(
                            "image",
                            "build",
                            "--base",
                            Testbed.systemdImage(),
                            "--tag",
                            tag,
                            "--pull",
                            "never",
                            "--program",
                            program,
                            "--run-option=--network=host")
                    .expect(0);
            assertThat(built.out()).contains("installing with apt-get", "made " + tag);
            assertThat(Testbed.podman("image", "inspect", "--format", "{{.Config.Cmd}} {{.Config.Entrypoint}}", tag))
                    .isEqualTo("[/sbin/init] []");
            // what is made of it is nobody's
            assertThat(Testbed.podman("image", "inspect", "--format", "{{json .Config.Labels}}", tag))
                    .contains("\"dev.atex.lease\":\"\"", "\"dev.atex.run\":\"\"", "\"dev.atex.expires\":\"\"");
        } finally {
            Testbed.podman("rmi", "--force", tag);
        }
    }
}
