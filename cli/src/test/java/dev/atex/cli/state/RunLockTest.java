package dev.atex.cli.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.cli.command.UsageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asks another process about the bytes of the file, because older versions of the program use them too. */
class RunLockTest {
    @TempDir
    private Path directory;

    private RunDirectory run;

    @BeforeEach
    void chooseRun() {
        run = new RunDirectory(directory, "id");
    }

    /** A process that locks one byte of a file, if it can, until it is closed. */
    private static final class Other implements AutoCloseable {
        private final Process process;
        private final boolean locks;

        Other(Path file, long position, boolean shared) throws IOException {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            Other.class.getName(),
                            file.toString(),
                            Long.toString(position),
                            Boolean.toString(shared))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            int answer = process.getInputStream().read();
            assertThat((char) answer).isIn('y', 'n');
            locks = answer == 'y';
        }

        public static void main(String[] arguments) throws Exception {
            try (FileChannel channel = FileChannel.open(
                            Path.of(arguments[0]),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
                    FileLock lock =
                            channel.tryLock(Long.parseLong(arguments[1]), 1, Boolean.parseBoolean(arguments[2]))) {
                System.out.print(lock == null ? 'n' : 'y');
                System.out.flush();
                int _ = System.in.read();
            }
        }

        @Override
        public void close() throws Exception {
            process.getOutputStream().close();
            process.waitFor();
        }
    }

    private boolean canLock(long position, boolean shared) throws Exception {
        try (Other other = new Other(directory.resolve("run.lock"), position, shared)) {
            return other.locks;
        }
    }

    @Test
    void ownerExcludesOtherProcessesFromBothBytes() throws Exception {
        try (RunLock _ = RunLock.take(run)) {
            assertThat(canLock(0, true)).isFalse();
            assertThat(canLock(1, true)).isFalse();
            assertThat(canLock(2, false)).isTrue();
        }
        assertThat(canLock(0, false)).isTrue();
        assertThat(canLock(1, false)).isTrue();
        assertThat(directory.resolve("run.lock")).isEmptyFile();
    }

    @Test
    void questionsOfOwnerAboutItsLockDoNotReleaseIt() throws Exception {
        try (RunLock _ = RunLock.take(run)) {
            assertThat(RunLock.isHeld(directory)).isTrue();
            assertThatThrownBy(() -> RunLock.take(run)).isInstanceOf(UsageException.class);
            assertThat(canLock(0, true)).isFalse();
            assertThat(canLock(1, false)).isFalse();
        }
    }

    @Test
    void lockOfOtherProcessIsHeldUntilItEnds() throws Exception {
        try (Other other = new Other(directory.resolve("run.lock"), 0, false)) {
            assertThat(other.locks).isTrue();
            assertThat(RunLock.isHeld(directory)).isTrue();
        }
        assertThat(RunLock.isHeld(directory)).isFalse();
    }

    @Test
    void runOfOtherProcessIsStillRunning() throws Exception {
        try (Other other = new Other(directory.resolve("run.lock"), 1, false)) {
            assertThat(other.locks).isTrue();
            assertThatThrownBy(() -> RunLock.take(run))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("run id is still running");
            assertThat(canLock(0, false)).isTrue();
        }
        RunLock.take(run).close();
    }

    @Test
    void otherProcessThatLooksDoesNotLookLikeAnOwner() throws Exception {
        try (Other other = new Other(directory.resolve("run.lock"), 0, true)) {
            assertThat(other.locks).isTrue();
            assertThat(RunLock.isHeld(directory)).isFalse();
        }
    }

    @Test
    void interruptedTakeReleasesWhatItHas() throws Exception {
        try (Other looking = new Other(directory.resolve("run.lock"), 0, true)) {
            assertThat(looking.locks).isTrue();
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> RunLock.take(run)).isInstanceOf(InterruptedException.class);
            assertThat(canLock(1, false)).isTrue();
        }
        RunLock.take(run).close();
    }
}
