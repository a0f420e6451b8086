package dev.atex.lease.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;

/** Another process that has a lock, until it is closed. */
final class LockingProcess implements AutoCloseable {
    private final Process process;

    private LockingProcess(Process process) {
        this.process = process;
    }

    /** Returns when it has the lock. */
    static LockingProcess start(Path file, String name) throws IOException {
        Process process = launch(file, name);
        assertThat(process.getInputStream().read()).isEqualTo('\n');
        return new LockingProcess(process);
    }

    /** Whether another process could have it now. */
    static boolean couldTake(Path file, String name) throws Exception {
        Process process = launch(file, name);
        process.getOutputStream().close();
        return process.waitFor() == 0;
    }

    private static Process launch(Path file, String name) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        LockingProcess.class.getName(),
                        file.toString(),
                        name)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    public static void main(String[] arguments) throws Exception {
        try (OwnerLock _ =
                OwnerLock.tryTake(Path.of(arguments[0]), arguments[1]).orElseThrow()) {
            System.out.println();
            int _ = System.in.read();
        }
    }

    @Override
    public void close() throws Exception {
        process.getOutputStream().close();
        process.waitFor();
    }
}
