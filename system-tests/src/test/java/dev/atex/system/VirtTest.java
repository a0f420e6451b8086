package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.internal.files.Trees;
import dev.atex.libvirt.MachinesAlone;
import dev.atex.libvirt.Testbed;
import dev.atex.run.EventLog;
import dev.atex.run.RunEvent;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The packaged command with virtual machines. */
@ExtendWith(MachinesAlone.class)
class VirtTest {
    private static final Pattern URL = Pattern.compile("http://127\\.0\\.0\\.1:[0-9]+/\\?token=[0-9a-f]{32}");

    @TempDir
    private Path directory;

    private List<String> before;

    @BeforeEach
    void lookAround() throws Exception {
        before = Testbed.machines();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertThat(Testbed.machines()).isEqualTo(before);
        if (Files.exists(directory.resolve("tmp"))) {
            Kills.assertNoTemporaryFiles(directory, "after the run");
        }
    }

    /** One run, as each machine takes 10 s of a processor to boot. */
    @Test
    void examplesRunOnThreeMachinesWithRebootAndReplacement() throws Exception {
        Path run = directory.resolve("run");
        Trees.copy(Atex.DEMO, directory.resolve("tree"));
        try (Gate gate = Gate.create()) {
            Tree.in(directory.resolve("tree"))
                    .file("more/destroy.fmf", "tag: destructive\ntest: rm -rf /etc/* /usr/share\n")
                    .test("more/gate", gate.command())
                    .test("more/reboot", """
                            echo "boot $TMT_REBOOT_COUNT $(cat /proc/sys/kernel/random/boot_id)"
                            test -e /etc/passwd
                            [ "$TMT_REBOOT_COUNT" -gt 0 ] || tmt-reboot -c 'kill -TERM 1'
                            """);
            Atex.Call call = Kills.atex(directory, Map.of())
                    .start(
                            "run",
                            "--root",
                            "tree",
                            "--output",
                            "run",
                            "--keep-machine-on",
                            "failure",
                            "-vv",
                            "--serve",
                            "127.0.0.1:0",
                            "--provision",
                            Testbed.provision() + ",max=3");
            try (Socket waiting = gate.arrival()) {
                String machine = machineOf(run, "/more/gate");
                assertThat(machine).startsWith("virt-");
                assertThat(page(call)).contains("[\"/more/gate\",\"running\"", machine);
                Gate.open(waiting);
            }
            Atex.Result result = call.end().expect(1);
            assertThat(result.out())
                    .contains("16 tests: 14 pass, 1 fail, 1 skip", "on virt-1", "on virt-2", "on virt-3");
            assertThat(result.err())
                    .containsPattern("DEBUG libvirt .* virsh vol-create atex /dev/stdin: exit code 0 after [0-9]+ ms");
        }
        assertThat(Tree.own(run).values())
                .filteredOn(line -> line.status().equals("fail"))
                .extracting(Tree.Line::test)
                .containsExactly("/tests/basics/fail");
        assertThat(run.resolve("files/virt/tests/results/upload/system/random.bin"))
                .hasSize(100_000);
        assertThat(run.resolve("files/virt/tests/basics/tty/output.txt")).hasContent("24 80");
        List<String> boots = Files.readAllLines(run.resolve("files/virt/more/reboot/output.txt")).stream()
                .filter(line -> line.startsWith("boot "))
                .toList();
        assertThat(boots).hasSize(2).doesNotHaveDuplicates();
        assertThat(boots.get(0)).startsWith("boot 0 ");
        assertThat(boots.get(1)).startsWith("boot 1 ");
        assertNothingRanAfter(run, "/more/destroy");
    }

    private static String machineOf(Path run, String test) throws IOException {
        try (Stream<RunEvent> events = EventLog.read(run.resolve("events.jsonl"))) {
            return events.filter(event -> event instanceof RunEvent.TestStarted started
                            && started.test().equals(test))
                    .map(event -> ((RunEvent.TestStarted) event).remote())
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void assertNothingRanAfter(Path run, String destructive) throws IOException {
        String machine = machineOf(run, destructive);
        try (Stream<RunEvent> events = EventLog.read(run.resolve("events.jsonl"))) {
            List<RunEvent> after = events.dropWhile(event -> !(event instanceof RunEvent.TestStarted started
                            && started.test().equals(destructive)))
                    .skip(1)
                    .toList();
            assertThat(after)
                    .noneMatch(event -> event instanceof RunEvent.TestStarted started
                            && started.remote().equals(machine))
                    .anyMatch(event -> event instanceof RunEvent.RemoteReleased released
                            && released.remote().equals(machine));
        }
    }

    private static String page(Atex.Call call) throws IOException, InterruptedException {
        Matcher url = URL.matcher(call.outSoFar());
        assertThat(url.find()).as(call.outSoFar()).isTrue();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(url.group())).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    @Test
    void shellOpensOnMachine() throws Exception {
        Tree.in(directory).test("one", "false");
        String screen = Sitter.sit(directory, """
                export PATIENCE=1600
                sit "'$ATEX' shell --provision '%s'"
                see 'virt-1, where /one runs'
                type 'hostname; stty size; echo "<$TMT_TEST_NAME>"; exit 5'
                see 'ended with 0'
                cat screen
                """.formatted(Testbed.provision()));
        assertThat(screen.lines()).contains("atex-tiny", "50 120", "</one>");
    }

    @Test
    void machineThatStopsWhileItBootsLeavesItsConsoleLog() throws Exception {
        Path xml = Files.writeString(
                directory.resolve("broken.xml"),
                Files.readString(Testbed.xml())
                        .replace("init=/sbin/tinyinit quiet", "init=/bin/true panic=-1 quiet")
                        .replace("<devices>", "<on_reboot>destroy</on_reboot><devices>"));
        Tree.in(directory.resolve("tree")).test("one", "true");
        Atex.Result result = Kills.atex(directory, Map.of())
                .call(
                        "run",
                        "--root",
                        "tree",
                        "--output",
                        "run",
                        "--provision",
                        Testbed.provision().replace(Testbed.xml().toString(), xml.toString()))
                .expect(3);
        // the last one of two attempts
        assertThat(result.out())
                .contains(
                        "virt-2: the machine was lost while it booted: it stopped (Shutdown). The end of its console:",
                        "The whole log: " + directory.resolve("run/machines/virt-2-console.log"));
        for (String machine : List.of("virt-1", "virt-2")) {
            assertThat(directory.resolve("run/machines/" + machine + "-console.log"))
                    .content()
                    .contains("Attempted to kill init");
        }
    }

    @Test
    void missingImageIsOneErrorBeforeTheRun() throws Exception {
        for (String kind : List.of("virt", "libvirt", "tempvirt")) {
            Path where = Files.createDirectory(directory.resolve(kind));
            for (String command : List.of("run", "check")) {
                Atex.Result result = Kills.atex(where, Map.of())
                        .call(Stream.concat(
                                        command.equals("run")
                                                ? Stream.of("run", "--root", Atex.DEMO.toString(), "--output", "run")
                                                : Stream.of("check"),
                                        Stream.of(
                                                "--provision",
                                                Testbed.session().replaceFirst("virt", kind) + ",image=nope"))
                                .toArray(String[]::new))
                        .expect(command.equals("run") ? 2 : 3);
                assertThat(result.out() + result.err())
                        .contains("there is no volume 'nope' of pool")
                        .doesNotContain("Exception");
            }
            assertThat(where.resolve("run")).doesNotExist();
        }
    }
}
