package dev.atex.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.internal.concurrent.TaskScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProcessLauncherTest {
    private static final int THREADS = 8;
    private static final int STARTS = 25;

    /** Two would hold each other's pipes. */
    @Test
    void processesStartOneAtATime() throws Exception {
        int seen = 0;
        try (TaskScope scope = TaskScope.open("test")) {
            List<TaskScope.Task<Void>> launching = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                launching.add(scope.forkPlatform("launching", ProcessLauncherTest::launch));
            }
            while (!haveEnded(launching)) {
                List<ProcessHandle> helpers =
                        helpers(ProcessHandle.current().children().toList());
                seen += helpers.size();
                // those that still are, were all of them when the last was looked at
                assertThat(helpers(helpers)).hasSizeLessThan(2);
            }
            for (TaskScope.Task<Void> task : launching) {
                task.join(soon());
            }
        }
        assertThat(seen).isPositive();
    }

    private static boolean haveEnded(List<TaskScope.Task<Void>> tasks) throws InterruptedException {
        for (TaskScope.Task<Void> task : tasks) {
            if (!task.awaitEnd(Deadline.after(Duration.ZERO))) {
                return false;
            }
        }
        return true;
    }

    private static Void launch() throws Exception {
        for (int i = 0; i < STARTS; i++) {
            assertThat(ProcessLauncher.start(new ProcessBuilder("true")).waitFor())
                    .isZero();
        }
        return null;
    }

    private static List<ProcessHandle> helpers(List<ProcessHandle> processes) {
        return processes.stream().filter(ProcessLauncherTest::isHelper).toList();
    }

    private static boolean isHelper(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "comm"))
                    .equals("jspawnhelper\n");
        } catch (IOException e) {
            return false; // gone
        }
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(30));
    }

    @Test
    void startKeepsInterruptOfCaller() throws Exception {
        Thread.currentThread().interrupt();
        Process process = ProcessLauncher.start(new ProcessBuilder("true"));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void missingProgramDoesNotBlockOtherStarts() throws Exception {
        assertThatThrownBy(() -> ProcessLauncher.start(new ProcessBuilder("/no/where")))
                .isInstanceOf(IOException.class);
        try (TaskScope scope = TaskScope.open("test")) {
            Process process = scope.fork("next", () -> ProcessLauncher.start(new ProcessBuilder("true")))
                    .join(soon());
            assertThat(process.waitFor()).isZero();
        }
    }
}
