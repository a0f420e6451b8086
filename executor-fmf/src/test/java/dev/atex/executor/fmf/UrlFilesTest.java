package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        return (url, most, deadline) -> {
            asked.add(url);
            assertThat(most).isEqualTo(1 << 20);
            assertThat(deadline.remainingNanos()).isBetween(1L, 30_000_000_000L);
            return text;
        };
    }

    @Test
    void theyAreReadInTheirPlaceOfTheOrder() throws Exception {
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
    void theyAreNotReadUnlessAllowedAndToBeRun() throws Exception {
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
    void aPlanThatIsRefusedForAnotherReasonReadsNothing() throws Exception {
        tree.file("plan.fmf", "discover: {how: fmf}\nenabled: false\nenvironment-file: 'http://x/y'\n");
        assertThatThrownBy(() -> tree.discovery()
                        .plan("/plan")
                        .allow(List.of("url"))
                        .urls(answers("A=1\n"))
                        .discover())
                .isInstanceOf(RefusedException.class);
        assertThat(asked).isEmpty();
    }

    @Test
    void mistakesNameThePlaceAndNoSecret() throws Exception {
        String secret = "'https://me:secret@x.example/y?token=secret'";
        assertThatThrownBy(() -> plan(secret).urls(answers("export A=1\n")).discover())
                .hasMessageContaining(
                        "plan.fmf:2: plan '/plan': environment-file: https://x.example/y:1: expected NAME")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> plan(secret)
                        .urls((url, most, deadline) -> {
                            throw new IOException("https://x.example/y: the answer is 404");
                        })
                        .discover())
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining(
                        "plan.fmf:2: plan '/plan': environment-file: https://x.example/y: the answer is 404");
        assertThatThrownBy(() -> plan("'https://me:secret@x.example/a b'")
                        .urls(answers(""))
                        .discover())
                .hasMessageContaining("what begins with 'https://' is no URL: ")
                .hasMessageNotContaining("secret");
    }

    @Test
    void whoeverIsInterruptedIsSo() throws Exception {
        assertThatThrownBy(() -> plan("'http://x/y'")
                        .urls((url, most, deadline) -> {
                            throw new InterruptedException("now");
                        })
                        .discover())
                .isInstanceOf(InterruptedException.class);
    }
}
