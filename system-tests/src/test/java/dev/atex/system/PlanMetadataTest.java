package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which tests the packaged command takes from plans, and what it refuses. */
class PlanMetadataTest {
    @TempDir
    private Path directory;

    private Tree tree;

    @BeforeEach
    void makeTree() throws IOException {
        tree = Tree.in(directory.resolve("tree")).file("tests.fmf", """
                test: 'true'
                /a: {}
                /b: {order: 10}
                /c: {enabled: 0}
                /d: {adjust: {when: distro == new, enabled: false}}
                """);
    }

    private Atex.Result discover(String plan, String... more) throws Exception {
        tree.file("plan.fmf", plan);
        return Atex.in(directory)
                .call(Stream.concat(Stream.of("discover", "--root", "tree", "--plan", "/plan"), Stream.of(more))
                        .toArray(String[]::new));
    }

    private List<String> names(String plan, String... more) throws Exception {
        return discover(plan, more).expect(0).out().lines().toList();
    }

    @Test
    void testOrderOfPlanIsKept() throws Exception {
        assertThat(names("discover: {how: fmf}\n")).containsExactly("/tests/b", "/tests/a", "/tests/d");
        assertThat(names("discover: {test: [/d, /a, /d]}\n")).containsExactly("/tests/d", "/tests/a", "/tests/d#2");
        assertThat(names("execute: {script: [x, y]}\n")).containsExactly("/script-00", "/script-01");
        assertThat(names("discover: [{test: /a, order: 90}, {tests: [{name: own, test: x}]}]\n"))
                .containsExactly("/default-1/own", "/default-0/tests/a");
    }

    @Test
    void testOptionNarrowsPlan() throws Exception {
        assertThat(names("discover: {test: [/d, /a]}\n", "-t", "/a$")).containsExactly("/tests/a");
        assertThat(discover("discover: {test: [/d, /a]}\n", "-t", "/b$")
                        .expect(2)
                        .err())
                .contains("no test is selected");
    }

    @Test
    void planContextAppliesToItsTests() throws Exception {
        assertThat(names("discover: {how: fmf}\ncontext: {distro: new}\n")).containsExactly("/tests/b", "/tests/a");
        assertThat(names("discover: {how: fmf}\ncontext: {distro: new}\n", "-c", "distro=old"))
                .containsExactly("/tests/b", "/tests/a", "/tests/d");
    }

    @Test
    void unsupportedKeyIsRefusedWithPlace() throws Exception {
        assertThat(discover("discover: {how: fmf}\nenabled: false\n").expect(0).err())
                .contains("refused: plan '/plan' is disabled in an empty context (plan.fmf:2)");
        assertThat(discover("discover: {how: fmf}\nprepare:\n  how: shell\n  order: first\n")
                        .expect(2)
                        .err())
                .contains("plan.fmf:4: plan '/plan': prepare: order: expected a whole number, not 'first'");
    }

    @Test
    void errorInOneTestLetsOthersRun() throws Exception {
        tree.file("bad.fmf", "{test: 'true', duration: 5q}\n");
        assertThat(names("discover: {how: fmf}\n")).containsExactly("/tests/b", "/bad", "/tests/a", "/tests/d");
    }
}
