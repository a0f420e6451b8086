package dev.atex.internal.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.executor.ExecutorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
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
    void errorsOfTheFileSystemAreDescribedWithFileAndReason() {
        assertThat(Failures.describe(new NoSuchFileException("/x"))).isEqualTo("/x: no such file or directory");
        assertThat(Failures.describe(new ClashException("/y: is a directory"))).isEqualTo("/y: is a directory");
        assertThat(Failures.describe(new IOException("No space left on device")))
                .isEqualTo("No space left on device");
    }

    @Test
    void timeoutsAreDescribedWithoutClass() {
        assertThat(Failures.describe(new TimeoutException("it took longer than 5s")))
                .isEqualTo("it took longer than 5s");
    }

    @Test
    void interruptionsAreDescribedWithoutClass() {
        assertThat(Failures.describe(new InterruptedException())).isEqualTo("it was interrupted");
    }

    @Test
    void unexpectedExceptionsAreDescribedWithClass() {
        assertThat(Failures.describe(new IllegalStateException("x"))).isEqualTo("java.lang.IllegalStateException: x");
        assertThat(Failures.describe(new NullPointerException())).isEqualTo("java.lang.NullPointerException");
    }
}
