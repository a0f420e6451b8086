package dev.atex.executor.fmf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.connection.support.LimitMark;
import dev.atex.executor.fmf.machine.ProcessMark;
import dev.atex.executor.fmf.scripts.RemoteScripts;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a machine does to end the processes of a test where it has no control group for them. */
class SweepTest {
    @TempDir
    private Path directory;

    private final String mark = "sweep-" + UUID.randomUUID();

    @ParameterizedTest
    @ValueSource(
            strings = {
                // forks and exits every millisecond; ends by itself after half a minute or more
                "setsid perl -e 'for (1 .. 30000) { my $p = fork; exit if $p; select undef, undef, undef, 0.001 }' &",
                "setsid sh -c '(trap \"\" HUP INT TERM; sleep 1000 &)'",
                "for i in 1 2 3 4 5 6 7 8 9; do (sleep 1000 &); done"
            })
    void sweepFindsAllProcesses(String script) throws Exception {
        Path lock = directory.resolve("lock");
        String start = "(exec 9>\"$1\" && flock -n 9 && export ATEX_MARK=\"$2\" && { " + script + "\n}) >&- 2>&-\n";
        String held = "flock -n \"$1\" true && exit 99\n";
        assertThat(bash(start + held + sweep() + "\nsweep '' \"$2\" '' && flock -n \"$1\" true", lock.toString()))
                .isZero();
    }

    /** With nothing in its environment that could be found, in a test with a mark in its limit of file locks. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                // forks and exits every millisecond; ends by itself after some seconds
                "env -i setsid perl -e 'for (1 .. 8000) { my $p = fork; exit if $p; select undef, undef, undef, 0.001 }' &",
                "env -i setsid sh -c '(trap \"\" HUP INT TERM; sleep 1000 &)'",
                "(perl -e '$0 = \"x\" x 9000; open my $f, \">\", $ARGV[0]; sleep 1000' \"$1.titled\" &)\n"
                        + "until [ -e \"$1.titled\" ]; do sleep 0.01; done",
                // of a run inside of the test
                "ulimit -x INNER; env -i setsid sleep 1000 &"
            })
    void sweepFindsHiddenProcessesByLimit(String script) throws Exception {
        LimitMark all = LimitMark.of(mark, "unlimited").orElseThrow();
        LimitMark test = all.inside(7).orElseThrow();
        LimitMark inner = LimitMark.of("inner", Long.toString(test.value())).orElseThrow();
        Path lock = directory.resolve("lock");
        String start = "(exec 9>\"$1\" && flock -n 9 && ulimit -x " + test.value() + " && { "
                + script.replace("INNER", Long.toString(inner.value())) + "\n}) >&- 2>&-\n";
        String held = "flock -n \"$1\" true && exit 99\n";
        String of = "\nsweep '' \"$2\" \"$2\" '%s'\n";
        String others = String.format(of, ProcessMark.range(all.inside(6).orElseThrow(), 1))
                + String.format(of, ProcessMark.range(all.inside(8).orElseThrow(), 100))
                + String.format(
                        of,
                        ProcessMark.range(
                                LimitMark.of("inner2", Long.toString(test.value()))
                                        .orElseThrow(),
                                1));
        String found = String.format(of, ProcessMark.range(all.inside(0).orElseThrow(), 8));
        String gone = "flock -n \"$1\" true";
        assertThat(bash(start + held + sweep() + others + held + found + gone, lock.toString()))
                .isZero();
        assertThat(bash(start + held + sweep() + String.format(of, ProcessMark.range(test, 1)) + gone, lock + "2"))
                .isZero();
    }

    /** As in containers whose first process does not look after orphans. */
    @Test
    void sweepIgnoresZombies() throws Exception {
        LimitMark test = LimitMark.of(mark, "unlimited").orElseThrow().inside(7).orElseThrow();
        String start = "exec 8< <(exec perl -e '"
                + "exec qw(bash -c), \"ulimit -x $ARGV[0]\" if !($p = fork);"
                + "do { open $f, q(<), \"/proc/$p/stat\" } until <$f> =~ /[)] Z /;"
                + "print qq(ready\\n); close STDOUT; sleep 1000' " + test.value() + "); parent=$!; read -u 8\n";
        String end =
                "\nsweep '' \"$2\" \"$2\" '" + ProcessMark.range(test, 1) + "'; result=$?; kill $parent; exit $result";
        assertThat(bash(start + sweep() + end, "")).isZero();
    }

    @Test
    void sweepSparesOtherProcesses() throws Exception {
        Process other = new ProcessBuilder("env", "ATEX_MARK=" + mark + "other-", "sleep", "1000").start();
        try {
            assertThat(bash(sweep() + "\nsweep '' \"$2.\" ''", "")).isZero();
            assertThat(other.isAlive()).isTrue();
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    private int bash(String script, String argument) throws Exception {
        List<String> command = new ArrayList<>(List.of("bash", "-c", script, "sweep", argument, mark));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private static String sweep() throws Exception {
        try (InputStream script = RemoteScripts.class.getResourceAsStream("sweep.sh")) {
            return new String(script.readAllBytes(), UTF_8);
        }
    }
}
