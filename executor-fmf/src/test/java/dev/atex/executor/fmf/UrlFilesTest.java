package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.executor.fmf.discovery.Discovery;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.discovery.Lint;
import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.findings.Finding;
import dev.atex.executor.fmf.findings.RefusedException;
import dev.atex.executor.fmf.metadata.Findings;
import dev.atex.executor.fmf.metadata.Origin;
import dev.atex.executor.fmf.plan.UrlSource;
import dev.atex.executor.fmf.plan.reader.PlanImport;
import dev.atex.executor.fmf.plan.reader.PlanReader;
import dev.atex.executor.fmf.plan.reader.PlanTree;
import dev.atex.executor.fmf.plan.reader.Plans;
import dev.atex.executor.fmf.plan.reader.UrlFiles;
import dev.atex.executor.fmf.trees.FetchedTrees;
import dev.atex.fmf.Context;
import dev.atex.fmf.Node;
import dev.atex.fmf.Places;
import dev.atex.fmf.Tree;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of variables that a plan names by a URL. */
class UrlFilesTest {
    @TempDir
    private Path directory;

    private WrittenTree tree;
    private final List<URI> asked = new ArrayList<>();

    @BeforeEach
    void makeTree() throws IOException {
        tree = new WrittenTree(directory);
        tree.file("t.fmf", "test: 'true'\n").file("own", "A=own B=own\n");
    }

    private Discovery plan(String files) throws IOException {
        tree.file("plan.fmf", "discover: {how: fmf}\nenvironment-file: " + files + "\n");
        return tree.discovery().plan("/plan").allow(List.of("url"));
    }

    private UrlSource answers(String text) {
        return (url, shown, most, deadline) -> {
            asked.add(url);
            assertThat(most).isEqualTo(1 << 20);
            assertThat(deadline.remainingNanos()).isBetween(1L, 30_000_000_000L);
            return text;
        };
    }

    @Test
    void urlFilesAreReadInOrder() throws Exception {
        Discovery discovery = plan("[own, 'https://me:secret@x.example:8/y.yml?token=secret']");
        try (FmfTests tests = discovery.urls(answers("B: true\nC: 3\n")).discover()) {
            assertThat(tests.plan().environment()).isEqualTo(Map.of("A", "own", "B", "True", "C", "3"));
            assertThat(WrittenTree.shown(tests.findings())).containsExactly("REFUSED url plan.fmf:2");
        }
        assertThat(asked).containsExactly(URI.create("https://me:secret@x.example:8/y.yml?token=secret"));
        try (FmfTests tests = plan("'http://x/y'").urls(answers("# none\n")).discover()) {
            assertThat(WrittenTree.shown(tests.findings()))
                    .containsExactly("REFUSED url plan.fmf:2", "NOTE empty-file plan.fmf:2");
        }
    }

    @Test
    void urlFilesAreReadOnlyIfAllowed() throws Exception {
        tree.file("plan.fmf", "discover: {how: fmf}\nenvironment-file: 'http://x/y'\n");
        assertThatThrownBy(() ->
                        tree.discovery().plan("/plan").urls(answers("A=1\n")).discover())
                .isInstanceOf(RefusedException.class);
        try (FmfTests tests = plan("'http://x/y'").discover()) {
            assertThat(tests.plan().environment()).isEmpty();
        }
        assertThat(Lint.of(() -> tree.discovery().allow(List.of("url"))).findings())
                .extracting(Finding::kind)
                .contains("url");
        assertThat(asked).isEmpty();
    }

    @Test
    void refusedPlanReadsNoUrls() throws Exception {
        tree.file("plan.fmf", "discover: {how: fmf}\nenabled: false\nenvironment-file: 'http://x/y'\n");
        assertThatThrownBy(() -> tree.discovery()
                        .plan("/plan")
                        .allow(List.of("url"))
                        .urls(answers("A=1\n"))
                        .discover())
                .isInstanceOf(RefusedException.class);
        assertThat(asked).isEmpty();
    }

    /** It is only known when its steps are read. */
    @Test
    void planWithRefusedStepReadsNoUrls() throws Exception {
        for (String step : List.of(
                "discover: {how: fmf}\nprepare: {how: verify-installation}",
                "discover: {how: fmf}\nfinish: {how: feature, profile: x}",
                "discover: {how: fmf}\nprovision: [{name: a}, {name: b}]",
                "discover: [{how: fmf, name: a}, {how: other, name: b}]",
                "discover: {how: fmf}\nexecute: {how: other}")) {
            tree.file("plan.fmf", step + "\nenvironment-file: 'http://x/y'\n");
            assertThatThrownBy(() -> tree.discovery()
                            .plan("/plan")
                            .allow(List.of("url"))
                            .urls(answers("A=1\n"))
                            .discover())
                    .as(step)
                    .isInstanceOf(RefusedException.class);
            assertThat(asked).as(step).isEmpty();
        }
        try (FmfTests tests = tree.discovery()
                .plan("/plan")
                .allow(List.of("url", "how"))
                .urls(answers("A=1\n"))
                .discover()) {
            assertThat(tests.plan().environment()).isEqualTo(Map.of("A", "1"));
            assertThat(WrittenTree.shown(tests.findings()))
                    .as("once each")
                    .containsExactly("REFUSED url plan.fmf:3", "REFUSED how plan.fmf:2");
        }
    }

    /** A first reading finds mistakes where variables are missing. */
    @Test
    void planCanUseVariablesFromUrls() throws Exception {
        tree.file(
                "plan.fmf",
                "discover: {how: fmf}\nprepare: {how: install, package: x, missing: $M}\nenvironment-file: 'http://x/y'\n");
        try (FmfTests tests = tree.discovery()
                .plan("/plan")
                .allow(List.of("url"))
                .urls(answers("M=skip\n"))
                .discover()) {
            assertThat(tests.plan().environment()).isEqualTo(Map.of("M", "skip"));
        }
        assertThat(asked).hasSize(1);
    }

    @Test
    void messagesDoNotContainExpandedVariables() throws Exception {
        Map<String, String> secret = Map.of("WHERE", "secret.example", "T", "secret", "ALL", "http://secret/s.yml");
        assertThatThrownBy(() -> plan("'https://$WHERE/${T}/y?t=$T'")
                        .environment(secret)
                        .urls(answers("export A=1\n"))
                        .discover())
                .hasMessageContaining("environment-file: https://$WHERE/${T}/y:1: expected NAME")
                .hasMessageNotContaining("secret");
        assertThat(asked).containsExactly(URI.create("https://secret.example/secret/y?t=secret"));
        assertThatThrownBy(() -> plan("$ALL")
                        .environment(secret)
                        .urls((url, shown, most, deadline) -> {
                            throw new IOException(shown + ": the answer is 404");
                        })
                        .discover())
                .hasMessageContaining("environment-file: $ALL: the answer is 404")
                .hasMessageNotContaining("secret");
        try (FmfTests tests =
                plan("$ALL").environment(secret).urls(answers("A: true\n")).discover()) {
            assertThat(tests.plan().environment()).as("by its ending").isEqualTo(Map.of("A", "True"));
        }
    }

    /** What the user gives to tests is not for whom a plan from elsewhere names. */
    @Test
    void foreignPlansGetNoCommandLineVariablesIntoUrls() throws Exception {
        String file = "environment: {OWN: o}\nenvironment-file: ['http://x/$OWN', 'http://x/${TOKEN}?q=$TOKEN']\n";
        tree.file("plan.fmf", "discover: {how: fmf}\n" + file)
                .file("import.fmf", "plan: {import: {url: /nowhere, name: /p}}\n" + file);
        Map<String, String> secret = Map.of("TOKEN", "secret");
        UrlFiles urls = new UrlFiles(Optional.of(answers("A=1\n")), Set.of("url"));
        Tree read = Tree.load(tree.root());
        Node plan = Plans.find(read, "/plan");
        Origin origin = new Origin(plan, tree.root(), "elsewhere", new Places());
        PlanReader reader = new PlanReader(new Findings(false), PlanReader.Outside.of(Context.empty(), secret, urls));
        String message =
                "environment-file: 'http://x/${TOKEN}' names $TOKEN, whose value comes from the command line" + " (-e)";
        assertThatThrownBy(() -> reader.read("/plan", plan, origin, false))
                .hasMessageContaining(message)
                .hasMessageNotContaining("secret");
        PlanTree imports = new PlanTree(read, Optional.empty(), "elsewhere", false);
        try (FetchedTrees fetched = new FetchedTrees(tree.cache(), Context.empty())) {
            PlanImport follower = new PlanImport(fetched, new Findings(false), new Places(), urls);
            assertThatThrownBy(() -> follower.follow(imports, Plans.find(read, "/import"), Context.empty(), secret))
                    .hasMessageContaining(message)
                    .hasMessageNotContaining("secret");
        }
        assertThat(asked).isNotEmpty().allMatch(URI.create("http://x/o")::equals);
        asked.clear();
        assertThat(reader.read("/plan", plan, origin, true).plan().environment())
                .as("of the user's own")
                .isEqualTo(Map.of("A", "1", "OWN", "o"));
        assertThat(asked).containsExactly(URI.create("http://x/o"), URI.create("http://x/secret?q=secret"));
    }

    @Test
    void errorsNamePlaceWithoutSecrets() throws Exception {
        String secret = "'https://me:secret@x.example/y?token=secret'";
        assertThatThrownBy(() -> plan(secret).urls(answers("export A=1\n")).discover())
                .hasMessageContaining(
                        "plan.fmf:2: plan '/plan': environment-file: https://x.example/y:1: expected NAME")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> plan(secret)
                        .urls((url, shown, most, deadline) -> {
                            throw new IOException("https://x.example/y: the answer is 404");
                        })
                        .discover())
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining(
                        "plan.fmf:2: plan '/plan': environment-file: https://x.example/y: the answer is 404");
        assertThatThrownBy(() -> plan("'https://me:secret@x.example/a b'")
                        .urls(answers(""))
                        .discover())
                .hasMessageContaining("the address that starts with 'https://' is not a valid URL: ")
                .hasMessageNotContaining("secret");
    }

    @Test
    void interruptIsNotSwallowed() throws Exception {
        assertThatThrownBy(() -> plan("'http://x/y'")
                        .urls((url, shown, most, deadline) -> {
                            throw new InterruptedException("now");
                        })
                        .discover())
                .isInstanceOf(InterruptedException.class);
    }
}
