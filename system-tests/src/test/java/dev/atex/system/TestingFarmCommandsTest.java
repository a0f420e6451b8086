package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.internal.json.Json;
import dev.atex.testingfarm.StandIn;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code atex tf}, without logins. */
@Timeout(300)
class TestingFarmCommandsTest {
    private static final String NOBODY = "0b7a1c9e-3f0d-4c55-9d0e-2f7f3c1f6a11";

    private static final String OWN = "tf-token-1";

    private final Map<String, SharedJvm> jvms = new HashMap<>();

    private StandIn service;

    @TempDir
    private Path directory;

    @BeforeEach
    void up() throws Exception {
        service = StandIn.start("--machine", "root@192.0.2.1", "--share");
    }

    @AfterEach
    void down() throws Exception {
        for (SharedJvm jvm : jvms.values()) {
            jvm.close();
        }
        service.close();
    }

    private Atex atex(String token) {
        Map<String, String> environment = new HashMap<>();
        environment.put("TESTING_FARM_API_TOKEN", token);
        environment.put("TESTING_FARM_API_URL", service.url());
        environment.put("XDG_STATE_HOME", directory.resolve("state").toString());
        return Atex.in(directory).with(environment);
    }

    /** Calls with a token share a JVM. */
    private SharedJvm jvm(String token) {
        return jvms.computeIfAbsent(token, each -> atex(each).shared());
    }

    private SharedJvm own() {
        return jvm(OWN);
    }

    private SharedJvm nobody() {
        return jvm("");
    }

    /** A request of ours that is queued, gets a machine, and has it in its log. */
    private String submit(String compose, int minutes, String run) throws Exception {
        Map<String, Object> body = Map.of(
                "test",
                Map.of(
                        "fmf",
                        Map.of(
                                "url", "https://gitlab.com/testing-farm/tests",
                                "ref", "main",
                                "name", "/testing-farm/reserve")),
                "environments",
                List.of(Map.of(
                        "arch",
                        "x86_64",
                        "os",
                        Map.of("compose", compose),
                        "settings",
                        Map.of("provisioning", Map.of("tags", Map.of("atex-run", run))))),
                "settings",
                Map.of("pipeline", Map.of("timeout", minutes)));
        HttpRequest request = HttpRequest.newBuilder(URI.create(service.url() + "/v0.1/requests"))
                .header("Authorization", "Bearer tf-token-1")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Json.write(body)))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            String answer = client.send(request, BodyHandlers.ofString()).body();
            return (String)
                    ((Map<?, ?>) Json.parse(answer.getBytes(java.nio.charset.StandardCharsets.UTF_8))).get("id");
        }
    }

    private void awaitState(String id, String state) throws Exception {
        while (!service.state(id).equals(state)) {
            Thread.sleep(5); // leaves the CPU to the other process
        }
    }

    private static void awaitErr(Atex.Call call, String text) throws IOException, InterruptedException {
        while (!Files.readString(call.err()).contains(text)) {
            assertThat(call.process().isAlive())
                    .as(Files.readString(call.err()))
                    .isTrue();
            Thread.sleep(5); // leaves the CPU to the other process
        }
    }

    private static void awaitOut(Atex.Call call, String text) throws IOException, InterruptedException {
        while (!call.outSoFar().contains(text)) {
            assertThat(call.process().isAlive())
                    .as(Files.readString(call.err()))
                    .isTrue();
            Thread.sleep(5); // leaves the CPU to the other process
        }
    }

    private static Map<?, ?> only(Atex.Result result) throws Exception {
        List<?> list = (List<?>) Json.parse(result.out());
        assertThat(list).hasSize(1);
        return (Map<?, ?>) list.getFirst();
    }

    @Test
    void readsNeedNoTokenAndNarrowingIsReported() throws Exception {
        String ours = service.request("ours", Map.of("atex-run", "ours"));
        String foreign = service.request("others", Map.of());
        assertThat(nobody().call("tf", "about").expect(0).out()).contains("version: ");
        assertThat(nobody().call("tf", "request", foreign).expect(0).out()).contains("state:     running");
        assertThat(nobody().call("tf", "composes").expect(0).out()).contains("Fedora-42\n");
        for (String command : List.of("list", "search")) {
            assertThat(nobody().call("tf", command).expect(0).out()).contains(ours, foreign);
            assertThat(own().call("tf", command, "--all").expect(0).out()).contains(ours, foreign);
            Atex.Result narrowed = own().call("tf", command).expect(0);
            assertThat(narrowed.out()).contains(ours).doesNotContain(foreign);
            assertThat(narrowed.err()).contains("requests of user 22222222-", "--all");
            assertThat(nobody().call("tf", command, "--mine").expect(2).err()).contains("your token");
            assertThat(own().call("tf", command, "--state", "error").expect(0).out())
                    .isEqualTo("No requests.\n");
        }
        assertThat(nobody().call("tf", "whoami").expect(2).err()).contains("there is no token");
    }

    /** Each token is for one ranch. */
    @Test
    void tokenVariableSelectsRanch() throws Exception {
        String here = service.request("ours", Map.of());
        String elsewhere = service.request("ours elsewhere", Map.of());
        service.behaviour(
                "composes",
                List.of(List.of("Fedora-42", "compose", "public"), List.of("RHEL-10", "compose", "redhat")));
        Map<String, String> environment = new HashMap<>(StandIn.TWO_RANCHES);
        environment.put("TESTING_FARM_API_URL", service.url());
        environment.put("XDG_STATE_HOME", directory.resolve("state").toString());
        SharedJvm both = Atex.in(directory).with(environment).shared();
        jvms.put("both", both);
        assertThat(both.call("tf", "whoami").expect(0).out()).contains("ranch: redhat");
        assertThat(both.call("tf", "whoami", "--token-env", "TF_TOKEN_ELSEWHERE")
                        .expect(0)
                        .out())
                .contains("ranch: public");
        for (String command : List.of("list", "search")) {
            assertThat(both.call("tf", command).expect(0).out()).contains(here).doesNotContain(elsewhere);
            assertThat(both.call("tf", command, "--token-env", "TF_TOKEN_ELSEWHERE")
                            .expect(0)
                            .out())
                    .contains(elsewhere)
                    .doesNotContain(here);
        }
        assertThat(both.call("tf", "composes").expect(0).out()).isEqualTo("RHEL-10\n");
        assertThat(both.call("tf", "composes", "--token-env", "TF_TOKEN_ELSEWHERE")
                        .expect(0)
                        .out())
                .isEqualTo("Fedora-42\n");
        assertThat(both.call("tf", "cancel", elsewhere).expect(3).err()).contains("403");
        assertThat(both.call("tf", "cancel", "--token-env", "TF_TOKEN_ELSEWHERE", "--mine")
                        .expect(0)
                        .out())
                .isEqualTo("cancelled " + elsewhere + "\n");
        assertThat(service.state(here)).isEqualTo("running");
        for (String command : List.of("whoami", "list", "stats", "composes")) {
            assertThat(both.call("tf", command, "--token-env", "NOT_THERE")
                            .expect(2)
                            .err())
                    .contains("there is no token", "NOT_THERE");
            assertThat(both.call("tf", command, "--token-env", NOBODY).expect(2).err())
                    .contains("--token-env", "the name of the environment variable")
                    .doesNotContain(NOBODY);
        }
        assertThat(both.call("tf", "reserve", "--compose", "C", "--token-env", NOBODY)
                        .expect(2)
                        .err())
                .doesNotContain(NOBODY);
    }

    @Test
    void listShowsTimesMachineAndRun() throws Exception {
        service.behaviour("running", 1000);
        String waits = submit("Fedora-42", 60, "r-waits");
        awaitState(waits, "queued");
        Map<?, ?> queued = only(own().call("tf", "list", "--json").expect(0));
        assertThat(queued.get("state")).isEqualTo("queued");
        assertThat(queued.get("left")).isNull();
        assertThat(queued.get("queued")).isNotNull();
        assertThat(queued.get("artifacts")).isNull();
        own().call("tf", "cancel", waits).expect(0);

        service.behaviour("running", 0);
        String runs = submit("Fedora-42", 60, "r-runs");
        Atex.Call watch = atex(OWN).start("tf", "watch", "--poll", "1s", runs);
        awaitOut(watch, "starting tests execution");
        Map<?, ?> running = only(own().call("tf", "list", "--json").expect(0));
        assertThat(running.get("login")).isEqualTo("root@192.0.2.1");
        assertThat(Integer.parseInt(running.get("left").toString())).isBetween(1, 3600);
        assertThat(running.get("holder")).isNull();
        assertThat(running.get("artifacts")).isEqualTo(service.url() + "/artifacts/" + runs);
        assertThat(own().call("tf", "list").expect(0).out())
                .matches("(?s)ID +STATE +AGE +QUEUED +RAN +LEFT +COMPOSE +ARCH +LOGIN +RUN\n" + runs
                        + "  running +\\d+s +\\d+s +\\d+s +(59m|1h00m) +Fedora-42 +x86_64 +root@192.0.2.1 +r-runs\n");
        assertThat(own().call("tf", "list", "--state", "complete").expect(0).out())
                .isEqualTo("No requests.\n");
        own().call("tf", "cancel", runs).expect(0);
        assertThat(watch.end().expect(3).err()).contains("has ended: canceled");
    }

    @Test
    void exitCodeOfWatchTellsEndOfRequest() throws Exception {
        List<List<String>> ends = List.of(
                List.of("complete", "passed", "0"),
                List.of("complete", "skipped", "0"),
                List.of("complete", "failed", "1"),
                List.of("complete", "error", "3"),
                List.of("error", "error", "3"),
                List.of("canceled", "unknown", "3"));
        for (List<String> end : ends) {
            String before = service.request("ours", Map.of());
            service.die(before, end.get(0), end.get(1), "so it ended");
            Atex.Result after =
                    nobody().call("tf", "watch", "--poll", "1s", before).expect(Integer.parseInt(end.get(2)));
            assertThat(after.err()).contains("has ended: " + end.get(0) + ", " + end.get(1) + ": so it ended");

            String going = service.request("ours", Map.of());
            Atex.Call watch = atex("").start("tf", "watch", "--poll", "1s", going);
            awaitErr(watch, "is running");
            service.die(going, end.get(0), end.get(1), "so it ended");
            watch.end().expect(Integer.parseInt(end.get(2)));
        }
    }

    @Test
    void logIsFollowedWithoutState() throws Exception {
        String id = submit("Fedora-42", 60, "r");
        awaitState(id, "running");
        for (Map<String, Object> away : List.<Map<String, Object>>of(
                Map.of("path", "v0.1/requests", "kind", "status", "status", 503, "count", -1),
                Map.of("path", "v0.1/requests", "kind", "gateway", "status", 200, "count", -1),
                Map.of("path", "v0.1/requests", "kind", "malformed", "count", -1))) {
            service.faults(away);
            Atex.Call watch = atex("").start("tf", "watch", "--poll", "1s", service.url() + "/artifacts/" + id);
            awaitOut(watch, "starting tests execution");
            service.log(id, "more of " + away.get("kind"));
            awaitOut(watch, "more of " + away.get("kind"));
            assertThat(Files.readString(watch.err())).containsPattern("is down since|its state cannot be read");
            service.faults();
            awaitErr(watch, "is running");
            watch.signal("TERM");
            watch.end();
        }
    }

    @Test
    void stateIsFollowedWithoutLog() throws Exception {
        String id = submit("Fedora-42", 60, "r");
        awaitState(id, "running");
        service.faults(Map.of("path", "/artifacts/", "kind", "status", "status", 418, "count", -1));
        Atex.Call watch = atex("").start("tf", "watch", "--poll", "1s", id);
        awaitErr(watch, "its log cannot be read, its state is followed on");
        service.die(id, "complete", "failed", "one of them");
        assertThat(watch.end().expect(1).err()).contains("has ended: complete, failed: one of them");
    }

    @Test
    void wrongIdTokenOrRanchExitsWith2AndOutageWith3() throws Exception {
        for (String command : List.of("request", "watch", "ssh", "cancel")) {
            assertThat(own().call("tf", command, "nonsense").expect(2).err())
                    .contains("'nonsense' is not the id of a request");
            assertThat(own().call("tf", command, "https://example.com/nonsense")
                            .expect(2)
                            .err())
                    .contains("is not the id of a request");
            assertThat(own().call("tf", command, NOBODY).expect(3).err()).contains("404");
        }
        for (List<String> command : List.of(
                List.of("whoami"),
                List.of("list"),
                List.of("search"),
                List.of("stats"),
                List.of("cancel", "--mine"),
                List.of("cancel", NOBODY))) {
            String[] arguments =
                    Stream.concat(Stream.of("tf"), command.stream()).toArray(String[]::new);
            assertThat(jvm("s3cr3t").call(arguments).expect(2).err())
                    .contains("401", "does not accept the token")
                    .doesNotContain("s3cr3t");
        }
        assertThat(nobody().call("tf", "composes", "pubic").expect(2).err())
                .contains("there is no ranch 'pubic', did you mean 'public'?");
        service.faults(Map.of("path", "v0", "kind", "status", "status", 503, "count", -1));
        for (List<String> command : List.of(
                List.of("about"),
                List.of("composes", "public"),
                List.of("request", NOBODY),
                List.of("list"),
                List.of("search"),
                List.of("stats"),
                List.of("watch", NOBODY),
                List.of("ssh", NOBODY))) {
            String[] arguments = Stream.of(List.of("tf"), command, List.of("--retry", "1s"))
                    .flatMap(List::stream)
                    .toArray(String[]::new);
            assertThat(nobody().call(arguments).expect(3).err()).contains("is down");
        }
    }

    @Test
    void urlOfArtifactsIsAcceptedAsId() throws Exception {
        String id = service.request("ours", Map.of());
        String url = service.url() + "/artifacts/" + id + "/";
        assertThat(nobody().call("tf", "request", url).expect(0).out()).contains(id);
        assertThat(own().call("tf", "cancel", url).expect(0).out()).isEqualTo("cancelled " + id + "\n");
        assertThat(nobody().call("tf", "watch", "--poll", "1s", url).expect(3).err())
                .contains("canceled");
        assertThat(own().call("tf", "ssh", url, "--", "true").expect(3).err()).contains("has no machine");
    }

    @Test
    void composePatternsAreMarked() throws Exception {
        assertThat(nobody().call("tf", "composes", "public").expect(0).out())
                .contains("CentOS-Stream-10\n", "regex CentOS-Stream-\\d+-[a-z]+\n");
        List<?> json = (List<?>)
                Json.parse(nobody().call("tf", "composes", "--json").expect(0).out());
        assertThat(json.stream().map(each -> ((Map<?, ?>) each).get("type")).distinct())
                .isEqualTo(List.of("compose", "regex"));
    }

    @Test
    void statisticsShowWaitingTimes() throws Exception {
        service.behaviour("queued", 1);
        service.behaviour("running", 1);
        String first = submit("Fedora-42", 60, "r");
        String second = submit("Fedora-Rawhide", 60, "r");
        awaitState(first, "running");
        awaitState(second, "running");
        List<?> stats = (List<?>)
                Json.parse(nobody().call("tf", "stats", "--json").expect(0).out());
        assertThat(stats).hasSize(2);
        Map<?, ?> queue = (Map<?, ?>) ((Map<?, ?>) stats.getFirst()).get("queue");
        assertThat(queue.get("count").toString()).isEqualTo("1");
        assertThat(Integer.parseInt(queue.get("median").toString())).isPositive();
        assertThat(nobody().call("tf", "stats").expect(0).out())
                .containsPattern("COMPOSE +ARCH +NEW .* QUEUE +BOOT\n")
                .containsPattern("Fedora-42 +x86_64 +0 +0 +1 .*s \\(\\d+s-\\d+s\\) x1 +-\n");
    }

    @Test
    void everyCommandHasHelpWithExamples() throws Exception {
        for (String command : List.of(
                "about",
                "whoami",
                "composes",
                "request",
                "list",
                "ssh",
                "cancel",
                "search",
                "stats",
                "reserve",
                "watch")) {
            String help = nobody().call("tf", command, "--help").expect(0).out();
            assertThat(help).as(command).contains("Examples:\n", "Exit codes:\n", "token");
            assertThat(help.lines()
                            .filter(line -> line.contains("atex tf " + command))
                            .count())
                    .as(command)
                    .isGreaterThanOrEqualTo(2);
        }
    }
}
