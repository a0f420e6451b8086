package dev.atex.executor.fmf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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
    void nothingEscapes(String script) throws Exception {
        Path lock = directory.resolve("lock");
        String start =
                "(exec 9>\"$1\" && flock -n 9 && export ATEX_TEST_MARK=\"$2\" && { " + script + "\n}) >&- 2>&-\n";
        String held = "flock -n \"$1\" true && exit 99\n";
        assertThat(bash(start + held + sweep() + "\nsweep '' \"$2\" '' && flock -n \"$1\" true", lock.toString()))
                .isZero();
    }

    @Test
    void othersAreSpared() throws Exception {
        Process other = new ProcessBuilder("env", "ATEX_TEST_MARK=" + mark + "other-", "sleep", "1000").start();
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
        try (InputStream script = SweepTest.class.getResourceAsStream("sweep.sh")) {
            return new String(script.readAllBytes(), UTF_8);
        }
    }
}
