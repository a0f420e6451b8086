package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests written for tmt, none of them with Beakerlib: what a user finds of them in the run directory. */
@Timeout(300)
class TmtTestsTest {
    @TempDir
    private Path directory;

    private Tree tree;

    @BeforeEach
    void make() throws IOException {
        tree = Tree.in(directory.resolve("tree"));
    }

    private Atex.Result run(int code) throws Exception {
        return Atex.in(directory)
                .call("run", "--root", "tree", "--output", "run", "--provision", "local")
                .expect(code);
    }

    private Tree.Line own(String test) throws Exception {
        return Tree.own(directory.resolve("run")).get(test);
    }

    private List<Tree.Line> subtests(String test) throws Exception {
        return Tree.results(directory.resolve("run")).stream()
                .filter(line -> line.test().equals(test) && line.subtest() != null)
                .toList();
    }

    private Path file(String name) {
        return directory.resolve("run/files/local").resolve(name);
    }

    @Test
    void customResults() throws Exception {
        tree.file("custom.fmf", """
            result: custom
            test: |
              echo log > $TMT_TEST_DATA/one.log
              cat > $TMT_TEST_DATA/results.yaml <<END
              - {name: /, result: pass, note: overall}
              - {name: /one, result: pass, log: [one.log]}
              - {name: /two, result: info}
              END
              exit 99
            """);
        tree.file("missing.fmf", "result: custom\ntest: exit 0\n");
        run(1);
        assertThat(own("/custom").status()).isEqualTo("pass");
        assertThat(own("/custom").note()).isEqualTo("overall");
        assertThat(subtests("/custom")).extracting(Tree.Line::subtest).containsExactly("one", "two");
        assertThat(file("custom/one/one.log")).hasContent("log");
        assertThat(own("/missing").status()).isEqualTo("error");
        assertThat(own("/missing").note()).startsWith("custom results file not found in /");
    }

    @Test
    void otherResults() throws Exception {
        tree.file("a.fmf", "result: xfail\ntest: exit 1\n");
        tree.file("b.fmf", "result: xfail\ntest: exit 0\n");
        tree.file("c.fmf", "result: info\ntest: exit 1\n");
        Atex.Result result = run(1);
        assertThat(own("/a").status()).isEqualTo("pass");
        assertThat(own("/a").note()).isEqualTo("test failed as expected");
        assertThat(own("/b").status()).isEqualTo("fail");
        assertThat(own("/c").status()).isEqualTo("info");
        assertThat(result.out()).contains("1 fail", "test was expected to fail");
    }

    @Test
    void commandsWithoutBeakerlib() throws Exception {
        tree.test("reboot", """
            echo "$TMT_REBOOT_COUNT" >> $TMT_TEST_DATA/counts
            if [ "$TMT_REBOOT_COUNT" = 0 ]; then rstrnt-reboot -c true; fi
            """);
        tree.test("report", """
            echo text > file
            tmt-report-result -o file part/one PASS
            rhts-report-result part/two: fail file 0
            tmt-file-submit -l file
            """);
        run(1);
        assertThat(own("/reboot").status()).isEqualTo("pass");
        assertThat(file("reboot/counts")).hasContent("0\n1");
        assertThat(subtests("/report")).extracting(Tree.Line::status).containsExactly("pass", "fail");
        assertThat(own("/report").status()).isEqualTo("fail");
        assertThat(own("/report").files().contains("file")).isTrue();
        assertThat(file("report/file")).hasContent("text");
    }

    @Test
    void theirDataIsKept() throws Exception {
        tree.file("late.fmf", """
            duration: 10s
            test: |
              mkdir $TMT_TEST_DATA/logs
              echo kept > $TMT_TEST_DATA/logs/a
              sleep 1000
            """);
        tree.test("plain", "test -z \"$(ls -A \"$TMT_TEST_DATA\")\"; echo kept > $TMT_TEST_DATA/b");
        run(1);
        assertThat(own("/late").note()).contains("test duration timeout reached");
        assertThat(file("late/logs/a")).hasContent("kept");
        assertThat(file("plain/b")).hasContent("kept");
        assertThat(own("/plain").files().equals(List.of("output.txt", "b"))).isTrue();
    }
}
