package dev.atex.internal.files;

import dev.atex.concurrent.ProcessLauncher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs helper programs whose result is their exit code. */
final class Programs {
    private static final long PATIENCE_SECONDS = 30;
    private static final int HANGS = 124; // as timeout(1) exits

    private Programs() {}

    /**
     * Runs a program to its end, in its own session, so that Ctrl-C does not end it during a clean-up.
     *
     * @return its exit code
     */
    static int run(List<String> argv) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("setsid", "--wait"));
        command.addAll(argv);
        Process process = ProcessLauncher.start(new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD));
        try {
            return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) ? process.exitValue() : HANGS;
        } finally {
            process.destroyForcibly();
        }
    }
}
