package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.internal.json.Json;
import dev.atex.testingfarm.Farm;
import dev.atex.testingfarm.StandIn;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs on rented machines, and {@code atex tf}. Nothing stays rented in any case. */
@Timeout(300)
class TestingFarmRunTest {
    private static Farm farm;

    @TempDir
    private Path directory;

    private String foreign;

    @BeforeAll
    static void up() throws Exception {
        farm = Farm.up(3).withKey();
    }

    @AfterAll
    static void down() throws Exception {
        if (farm != null) {
            farm.close();
        }
    }

    @BeforeEach
    void somebodyElse() throws Exception {
        foreign = service().request("others", Map.of("atex-lease", "x", "atex-run", "y"));
    }

    @AfterEach
    void nothingIsRented() throws Exception {
        service().faults();
        service().assertClean("at the end");
        service().die(foreign, "complete");
    }

    private static StandIn service() {
        return farm.service();
    }

    private Atex atex() {
        return atex(Map.of());
    }

    private Atex atex(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(StandIn.ENVIRONMENT);
        environment.put("TESTING_FARM_API_URL", service().url());
        environment.put("XDG_STATE_HOME", directory.resolve("state").toString());
        environment.putAll(more);
        return Atex.in(directory).with(environment);
    }

    private static String provision(int max) {
        return "testingfarm,compose=Fedora-42,poll=100ms,retry-pause=50ms,settle=1s,keep-alive=4s,max=" + max + ",key="
                + farm.key();
    }

    /** Waits until this number of machines is rented. */
    private static void awaitMachines(int number) throws Exception {
        while (service().count("machines") < number) {
            Thread.sleep(5); // leaves the CPU to the other process
        }
    }

    @Test
    void examplesPassDespiteOutageAndLostMachine() throws Exception {
        Atex.Call run = atex().start(
                        "run",
                        "--root",
                        Atex.DEMO.toString(),
                        "--output",
                        "run",
                        "--rerun",
                        "infra-connection=3",
                        "--provision",
                        provision(3));
        awaitMachines(3);
        service().faults(Map.of("kind", "status", "status", 503, "count", -1));
        service().die(service().rented().getFirst(), "error");
        Thread.sleep(2_000); // of outage
        service().faults();
        Atex.Result result = run.end().expect(1); // one of them fails on purpose
        assertThat(result.out()).contains("13 tests: 11 pass, 1 fail, 1 skip in ");
        assertThat(Tree.own(directory.resolve("run"))).hasSize(13);
        assertThat(directory.resolve("run/files/testingfarm/tests/results/upload/system/random.bin"))
                .hasSize(100_000);
        assertThat(service().count("connections")).isLessThanOrEqualTo(10);
    }

    @Test
    void ctrlCReleasesAllMachines() throws Exception {
        Tree tree = Tree.in(directory.resolve("tree"));
        for (int i = 0; i < 4; i++) {
            tree.test("test" + i, """
                    json='{"name": "early", "status": "pass"}'
                    printf 'result %d\\n%s' ${#json} "$json" >&$ATEX_TEST_CONTROL
                    : > /run/hosts/started-$(hostname)
                    sleep 1000
                    """);
        }
        Atex.Call run = atex().start("run", "--root", "tree", "--output", "run", "--provision", provision(3));
        for (int i = 1; i <= 3; i++) {
            Watch.untilThereIs(farm.hosts().directory().resolve("started-sut" + i));
        }
        run.signal("INT");
        run.end().expect(130);
        assertThat(Tree.own(directory.resolve("run")).values())
                .hasSizeGreaterThanOrEqualTo(3)
                .allMatch(line -> line.status().equals("infra"));
        for (int i = 1; i <= 3; i++) {
            Files.delete(farm.hosts().directory().resolve("started-sut" + i));
        }
        service().assertClean("after Ctrl-C");
    }

    @Test
    void composesAndTokenAreShown() throws Exception {
        String id = service().request("ours", Map.of("atex-run", "some-run"));
        assertThat(atex(Map.of("TESTING_FARM_API_TOKEN", ""))
                        .call("tf", "about")
                        .expect(0)
                        .out())
                .contains("version: 2026");
        Atex.Result whoami = atex().call("tf", "whoami").expect(0);
        assertThat(whoami.out()).contains("ranch: redhat").doesNotContain("tf-token-1");
        assertThat(atex().call("tf", "whoami", "--json").expect(0).out()).doesNotContain("tf-token-1");
        assertThat(atex().call("tf", "composes").expect(0).out()).contains("Fedora-42\n");
        assertThat(atex().call("tf", "request", id).expect(0).out())
                .contains("state:     running", "compose:   Fedora-42", "run:       some-run");
        assertThat(atex().call("tf", "search", "--all").expect(0).out()).contains(id, foreign, "some-run");
        assertThat(atex().call("tf", "search", "--mine", "--since", "1h")
                        .expect(0)
                        .out())
                .contains(id)
                .doesNotContain(foreign);
        List<?> found = (List<?>) Json.parse(
                atex().call("tf", "search", "--mine", "--json").expect(0).out());
        assertThat(found).hasSize(1);
        assertThat(atex().call("tf", "stats", "--mine").expect(0).out())
                .startsWith("COMPOSE")
                .contains("Fedora-42");
        assertThat(atex().call("tf", "cancel", "--mine").expect(0).out()).isEqualTo("cancelled " + id + "\n");
        assertThat(atex().call("tf", "cancel", id).expect(0).out()).startsWith(id + " had ended: cancel");
        assertThat(atex().call("tf", "cancel", "no-such-id").expect(2).err())
                .contains("'no-such-id' is not the id of a request");
        assertThat(atex().call("tf", "cancel", foreign).expect(3).err()).contains("not yours");
        // which the truth of the stand-in has as an attempt on somebody else's
        assertThat((List<?>) service().truth().get("foreign_touched")).hasSize(1);
        service().forgive();
    }

    @Test
    void wrongTokenOrComposeIsFoundBeforeRun() throws Exception {
        Tree.in(directory.resolve("tree")).test("test", "true");
        String wrong = provision(1).replace("Fedora-42", "Fedora-43");
        assertThat(atex().call("run", "--root", "tree", "--output", "run", "--provision", wrong)
                        .expect(2)
                        .err())
                .contains("did you mean 'Fedora-42'?");
        assertThat(atex(Map.of("TESTING_FARM_API_TOKEN", "s3cr3t"))
                        .call("run", "--root", "tree", "--output", "run", "--provision", provision(1))
                        .expect(2)
                        .err())
                .contains("401", "does not accept the token")
                .doesNotContain("s3cr3t");
        assertThat(directory.resolve("run")).doesNotExist();
    }

    @Test
    void invalidOptionsAreExplained() throws Exception {
        assertThat(atex(Map.of("TESTING_FARM_API_TOKEN", ""))
                        .call("tf", "whoami")
                        .expect(2)
                        .err())
                .contains("there is no token", "TESTING_FARM_API_TOKEN");
        assertThat(atex(Map.of("TESTING_FARM_API_TOKEN", "s3cr3t"))
                        .call("tf", "search", "--mine")
                        .expect(2)
                        .err())
                .contains("401", "does not accept the token")
                .doesNotContain("s3cr3t");
        assertThat(atex().call("tf", "request", "nonsense").expect(2).err()).contains("is not the id of a request");
        assertThat(atex().call("tf", "cancel").expect(2).err()).contains("--mine");
        assertThat(atex().call("tf", "reserve").expect(2).err()).contains("--compose");
        assertThat(atex().call("tf", "reserve", "--compose", "Fedora-43")
                        .expect(2)
                        .err())
                .contains("did you mean 'Fedora-42'?");
        assertThat(atex().call("tf", "reserve", "--compose", "C", "--option", "polll=1s")
                        .expect(2)
                        .err())
                .contains("did you mean 'poll'?");
        service().faults(Map.of("path", "about", "kind", "status", "status", 503, "count", -1));
        assertThat(atex().call("tf", "about", "--retry", "1s").expect(3).err())
                .contains("is down since", "retrying until", "retried until");
        Tree.in(directory.resolve("tree")).test("test", "true");
        assertThat(atex().call("run", "--root", "tree", "--provision", "testingfarm")
                        .expect(2)
                        .err())
                .contains("needs the option 'compose'");
        assertThat(atex().call("run", "--help").expect(0).out()).contains("testingfarm");
    }

    @Test
    void reserveOpensShell() throws Exception {
        Path input = Files.writeString(directory.resolve("input"), "hostname; exit 7\n");
        Atex.Result result = atex().startAs(List.of(
                        "sh",
                        "-c",
                        "exec \"$@\" < " + input,
                        "sh",
                        Atex.SOURCES.resolve("atex").toString(),
                        "tf",
                        "reserve",
                        "--compose",
                        "Fedora-42",
                        "--option",
                        "key=" + farm.key(),
                        "--option",
                        "poll=100ms"))
                .end()
                .expect(0);
        assertThat(result.out()).matches("(?s).*sut[123]\n");
        assertThat(result.err()).contains("the machine is released");
        service().assertClean("after the shell");
    }

    @Test
    void logIsFollowedToEnd() throws Exception {
        service().behaviour("key", 1000);
        Atex.Call reserve = atex().start(
                        "tf",
                        "reserve",
                        "--compose",
                        "Fedora-42",
                        "--option",
                        "key=" + farm.key(),
                        "--option",
                        "poll=100ms");
        awaitMachines(1);
        String id = service().rented().getFirst();
        Atex.Call watch = atex().start("tf", "watch", "--poll", "1s", id);
        awaitText(watch, "starting tests execution");
        reserve.signal("INT");
        assertThat(reserve.end().expect(130).err()).contains("the machine is released");
        assertThat(watch.end().expect(3).err()).contains("has ended: canceled");
        service().behaviour("key", 0);
    }

    @Test
    void sshRunsCommandOnReservedMachine() throws Exception {
        Path fifo = directory.resolve("shell");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        Atex.Call reserve = atex().startAs(List.of(
                "sh",
                "-c",
                "exec \"$@\" < " + fifo,
                "sh",
                Atex.SOURCES.resolve("atex").toString(),
                "tf",
                "reserve",
                "--compose",
                "Fedora-42",
                "--option",
                "key=" + farm.key(),
                "--option",
                "poll=100ms"));
        try (OutputStream shell = Files.newOutputStream(fifo)) {
            shell.write("echo there\n".getBytes(StandardCharsets.UTF_8));
            shell.flush();
            awaitText(reserve, "there");
            String id = service().rented().getFirst();
            Map<?, ?> listed = (Map<?, ?>) ((List<?>) Json.parse(
                            atex().call("tf", "list", "--json").expect(0).out()))
                    .getFirst();
            assertThat(listed.get("id")).isEqualTo(id);
            assertThat(listed.get("holder")).isEqualTo("here");
            // the key of the reservation is known from its lease, and what comes after -- is for the shell there
            Atex.Result result = atex().call("tf", "ssh", id, "--", "hostname; echo $((40 + 2)); exit 7");
            assertThat(result.expect(7).out()).matches("(?s)sut[123]\n42\n");
            Path other = directory.resolve("other");
            dev.atex.connection.ssh.KeyFiles.generate(other);
            assertThat(atex().call("tf", "ssh", "--key", other.toString(), id, "--", "true")
                            .expect(255)
                            .err())
                    .contains("Permission denied");
        }
        reserve.end().expect(0);
        service().assertClean("after the shell");
    }

    private static void awaitText(Atex.Call call, String text) throws IOException, InterruptedException {
        while (!call.outSoFar().contains(text)) {
            assertThat(call.process().isAlive()).isTrue();
            Thread.sleep(5); // leaves the CPU to the other process
        }
    }

    @Test
    void runShowsProgressAndRemembersWaitingTimes() throws Exception {
        Tree.in(directory.resolve("tree")).test("test", "true");
        Path waits = directory.resolve("state/atex/waits.jsonl");
        Files.createDirectories(waits.getParent());
        String earlier = "{\"compose\":\"Fedora-42\",\"arch\":\"x86_64\",\"queue\":300,\"boot\":40}\n".repeat(3);
        Files.writeString(waits, earlier);
        service().behaviour("running", 1);
        Atex.Result result = atex().call("run", "--root", "tree", "--output", "run", "--provision", provision(1))
                .expect(0);
        service().behaviour("running", 0.02);
        String id = (String) ((Map<?, ?>) service().truth().get("states"))
                .keySet().stream().reduce((_, last) -> last).orElseThrow();
        assertThat(result.out())
                .containsPattern("testingfarm-1: (new|queued)( after \\d+s)?, usually about 5 min; request " + id)
                .containsPattern("testingfarm-1: running after \\d+s, usually about 40 s; "
                        + service().url() + "/artifacts/" + id + ", compose Fedora-42, arch x86_64")
                .contains("testingfarm: rented for 1 machine-minute on 1 machine\n");
        assertThat(Files.readString(directory.resolve("run/events.jsonl")))
                .contains("\"event\":\"provision-progress\"", "\"request\":\"" + id + "\"");
        assertThat(Files.readAllLines(waits)).hasSize(4);
        assertThat(directory.resolve("run/machines/testingfarm-1-" + id + ".log"))
                .content()
                .contains("] Guest is ready: ArtemisGuest(", "] starting tests execution");
    }
}
