package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.testingfarm.Farm;
import dev.atex.testingfarm.StandIn;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An ssh-agent with twenty keys that no machine knows: a server hangs up after six. Only the key of the reservation may be offered. */
@Timeout(300)
class TestingFarmAgentTest {
    private static final int KEYS = 20;

    @TempDir
    private static Path keys;

    private static Process agent;
    private static Path socket;
    private static Farm farm;

    @TempDir
    private Path directory;

    @BeforeAll
    static void up() throws Exception {
        farm = Farm.up(1).withKey();
        socket = keys.resolve("agent");
        agent = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString()).start();
        while (!Files.exists(socket)) {
            Thread.sleep(5); // leaves the CPU to the other process
        }
        for (int i = 0; i < KEYS; i++) {
            String key = keys.resolve("key" + i).toString();
            call("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key);
            call("ssh-add", "-q", key);
        }
    }

    @AfterAll
    static void down() throws Exception {
        if (agent != null) {
            agent.destroy();
            agent.waitFor();
        }
        if (farm != null) {
            farm.close();
        }
    }

    @AfterEach
    void nothingIsRented() throws Exception {
        farm.service().assertClean("at the end");
    }

    private record Ended(int code, String output) {}

    private static Ended call(String... command) throws Exception {
        return feed("", command);
    }

    /** With that agent, and this on standard input. */
    private static Ended feed(String input, String... command) throws Exception {
        Path output = Files.createTempFile(keys, "output", "");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("SSH_AUTH_SOCK", socket.toString());
        Process process = builder.start();
        try (OutputStream to = process.getOutputStream()) {
            to.write(input.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return new Ended(process.exitValue(), Files.readString(output));
    }

    private Atex atex() {
        Map<String, String> environment = new HashMap<>(StandIn.ENVIRONMENT);
        environment.put("TESTING_FARM_API_URL", farm.service().url());
        environment.put("XDG_STATE_HOME", directory.resolve("state").toString());
        environment.put("SSH_AUTH_SOCK", socket.toString());
        return Atex.in(directory).with(environment);
    }

    /** What is tried below would fail without care: the server hangs up before the right key is offered. */
    private static void assertThatTheAgentIsInTheWay(String login) throws Exception {
        Ended careless = call(
                "ssh",
                "-i",
                farm.key().toString(),
                "-o",
                "BatchMode=yes",
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null",
                login,
                "true");
        assertThat(careless.code()).isEqualTo(255);
        assertThat(careless.output()).contains("Too many authentication failures");
    }

    @Test
    void runUsesItsOwnKeyOnly() throws Exception {
        Tree.in(directory.resolve("tree")).test("test", "true");
        atex().call(
                        "run",
                        "--root",
                        "tree",
                        "--output",
                        "run",
                        "--provision",
                        "testingfarm,compose=Fedora-42,max=1,poll=100ms,login-wait=20s,key=" + farm.key())
                .expect(0);
    }

    @Test
    void loginCommandOfReserveWorksTwice() throws Exception {
        reserve(List.of());
    }

    /** The keys that it names are in the agent, and would be offered first. */
    @Test
    void loginWorksWithConfigurationThatNamesOtherKeys() throws Exception {
        String names = IntStream.range(0, KEYS)
                .mapToObj(i -> "  IdentityFile " + keys.resolve("key" + i))
                .collect(Collectors.joining("\n", "Host *\n  ServerAliveInterval 5\n", "\n"));
        Path config = Files.writeString(directory.resolve("config"), names);
        reserve(List.of("--option", "ssh-config=" + config));
    }

    private void reserve(List<String> more) throws Exception {
        Path fifo = directory.resolve("shell");
        assertThat(call("mkfifo", fifo.toString()).code()).isZero();
        List<String> command = new ArrayList<>(List.of(
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
                "login-wait=20s",
                "--option",
                "poll=100ms"));
        command.addAll(more);
        Atex.Call reserve = atex().startAs(command);
        try (OutputStream shell = Files.newOutputStream(fifo)) {
            shell.write("echo there\n".getBytes(StandardCharsets.UTF_8));
            shell.flush();
            awaitText(reserve, "there");
            String line = Files.readAllLines(reserve.err()).stream()
                    .filter(each -> each.startsWith("--- ssh "))
                    .findFirst()
                    .orElseThrow()
                    .substring("--- ".length());
            assertThatTheAgentIsInTheWay(line.substring(line.lastIndexOf(' ') + 1));
            // a shell reads no further than the line, the rest is for the shell there
            Ended pasted = feed(line + "\nhostname; echo $((40 + 2)); exit 7\n", "bash");
            assertThat(pasted.output()).contains("sut1\n42\n");
            assertThat(pasted.code()).isEqualTo(7);

            String id = farm.service().rented().getFirst();
            Atex.Result second = atex().call("tf", "ssh", id, "--", "hostname; exit 5");
            assertThat(second.expect(5).out()).isEqualTo("sut1\n");
        }
        reserve.end().expect(0);
    }

    private static void awaitText(Atex.Call call, String text) throws IOException, InterruptedException {
        while (!call.outSoFar().contains(text)) {
            assertThat(call.process().isAlive())
                    .as(Files.readString(call.err()))
                    .isTrue();
            Thread.sleep(5); // leaves the CPU to the other process
        }
    }
}
