package dev.atex.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProgramCallTest {
    private static ProgramCall sh(String script) throws Exception {
        return ProgramCall.start(new ProcessBuilder("sh", "-c", script));
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(30));
    }

    /** More than fits into a pipe, on both outputs. */
    @Test
    void anyAmountOfOutputIsRead() throws Exception {
        assertThat(sh("head -c 300000 /dev/zero | tr '\\0' o; head -c 200000 /dev/zero | tr '\\0' e >&2; exit 3")
                        .await(soon()))
                .hasValueSatisfying(result -> {
                    assertThat(result.exitCode()).isEqualTo(3);
                    assertThat(result.out()).isEqualTo("o".repeat(300_000));
                    assertThat(result.err()).isEqualTo("e".repeat(200_000));
                    assertThat(result.whole()).isTrue();
                });
    }

    @Test
    void outputBeyondLimitIsNotKept() throws Exception {
        assertThat(sh("head -c " + (ProgramCall.KEPT + 100_000) + " /dev/zero").await(soon()))
                .hasValueSatisfying(result -> {
                    assertThat(result.exitCode()).isZero();
                    assertThat(result.out()).hasSize(ProgramCall.KEPT);
                    assertThat(result.whole()).isFalse();
                });
    }

    @Test
    void remainingChildrenDoNotDelayEnd() throws Exception {
        ProgramCall call = sh("sleep 1000 & echo $!");
        ProgramCall.Result result = call.await(soon()).orElseThrow();
        long left = Long.parseLong(result.out().strip());
        assertThat(ProcessHandle.of(left)).hasValueSatisfying(process -> {
            assertThat(process.isAlive()).isTrue();
            process.destroyForcibly();
        });
    }

    @Test
    void programContinuesAfterDeadline() throws Exception {
        ProgramCall call = sh("exec sleep 1000");
        assertThat(call.await(Deadline.after(Duration.ofMillis(1)))).isEmpty();
        assertThat(call.isRunning()).isTrue();
        call.kill();
        assertThat(call.await(soon())).map(ProgramCall.Result::exitCode).hasValue(137);
    }

    @Test
    void stdinIsEmptyByDefault() throws Exception {
        assertThat(sh("cat; echo over").await(soon()))
                .map(ProgramCall.Result::out)
                .hasValue("over\n");
    }
}
