package dev.atex.run.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.executor.ExecutorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class FailuresTest {
    @Test
    void knownExceptionsAreDescribedWithoutClass() {
        assertThat(Failures.describe(new ExecutorException("no bash there"))).isEqualTo("no bash there");
        assertThat(Failures.describe(new UncheckedIOException("cannot write the event log x: full", new IOException())))
                .isEqualTo("cannot write the event log x: full");
    }

    @Test
    void timeoutsAreDescribedWithoutClass() {
        assertThat(Failures.describe(new TimeoutException("it took longer than 5s")))
                .isEqualTo("it took longer than 5s");
    }

    @Test
    void unexpectedExceptionsAreDescribedWithClass() {
        assertThat(Failures.describe(new IllegalStateException("x"))).isEqualTo("java.lang.IllegalStateException: x");
        assertThat(Failures.describe(new NullPointerException())).isEqualTo("java.lang.NullPointerException");
    }
}
