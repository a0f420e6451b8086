package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.local.LocalConnection;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a plan says in {@code execute} of how its tests are run. */
@Timeout(120)
class ExecuteKeysTest {
    @TempDir
    private Path directory;

    private Harness harness(String key) throws Exception {
        Harness harness = new Harness(new LocalConnection(), directory);
        harness.plan.put("execute", Map.of("how", "tmt", key, true));
        return harness;
    }

    @Test
    void ignoreDurationRemovesTimeLimit() throws Exception {
        try (Harness harness = harness("ignore-duration")) {
            harness.test("/t", "sleep 1.5", "duration", "1s");
            assertThat(harness.run("/t")).isZero();
        }
    }

    @Test
    void restraintCompatibleSetsVariables() throws Exception {
        try (Harness harness = harness("restraint-compatible")) {
            harness.test("/t", """
                    [ $RSTRNT_TASKNAME = /t ]
                    export OUTPUTFILE=log
                    echo x > log
                    rstrnt-report-result part PASS
                    """);
            assertThat(harness.run("/t")).isZero();
            assertThat(harness.results().getFirst()).containsEntry("files", List.of("log.txt"));
        }
    }
}
