package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;

/** Ctrl-C at a terminal: SIGINT for all of the foreground, for tools that were called as well as for the command. */
final class CtrlC {
    private CtrlC() {}

    /** A test that reports something, makes the file, which is named as the test sees it, and goes on. */
    static String test(String started) {
        return """
                json='{"name": "early", "status": "pass"}'
                printf 'result %%d\\n%%s' ${#json} "$json" >&$ATEX_TEST_CONTROL
                : > %s
                sleep 1000
                """.formatted(started);
    }

    /** Begins the run of the tree's test into {@code run}, and presses when the file is there. */
    static void endsARun(Path directory, Path started, String... command) throws Exception {
        Atex.Call run = Atex.in(directory).startInForeground(command);
        Watch.untilThereIs(started);
        run.signalForeground("INT");
        Atex.Result result = run.end().expect(130);
        assertThat(result.out()).contains("SIGINT: ending 1 test", "Interrupted (SIGINT)");
        assertThat(Tree.results(directory.resolve("run")))
                .extracting(Tree.Line::test, Tree.Line::subtest, Tree.Line::status, Tree.Line::note)
                .contains(
                        tuple("/test", "early", "pass", null),
                        tuple("/test", null, "infra", "TestAbortedError(cancel requested)"));
    }
}
