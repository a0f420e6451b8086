package dev.atex.podman;

import dev.atex.concurrent.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A call of an engine that was started. It goes on when nobody waits for it. */
final class EngineCall {
    private static final int MOST_LINES = 6;

    private final String name;
    private final Process process;

    EngineCall(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    /**
     * What it ended with.
     *
     * @param name what was called
     * @param exitCode 0 is success
     * @param out what it printed, without white space around it
     * @param err what it said
     */
    record Result(String name, int exitCode, String out, String err) {
        String orThrow() throws EngineException {
            if (exitCode != 0) {
                throw new EngineException("'" + name + "' failed (" + exitCode + "): " + reason());
            }
            return out;
        }

        /** The last lines that say something. */
        String reason() {
            List<String> lines = (err.isBlank() ? out : err)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size()));
        }
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /** Asks it to end. Only for what leaves nothing half done. */
    void terminate() {
        process.destroy();
    }

    /**
     * Waits for its end. What it prints must fit into a pipe (64 KiB): it is read afterwards, so that neither a thread nor
     * a process that inherited the pipe is waited for.
     *
     * @throws EngineException the deadline came first; it goes on
     */
    Result await(Deadline deadline) throws EngineException, InterruptedException {
        if (!process.waitFor(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
            throw new EngineException("'" + name + "' did not end in time");
        }
        try {
            return new Result(
                    name, process.exitValue(), text(process.getInputStream()), text(process.getErrorStream()));
        } catch (IOException e) {
            throw new EngineException("cannot read what '" + name + "' printed: " + e.getMessage(), e);
        }
    }

    private static String text(InputStream from) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int n = from.available(); n > 0; n = from.available()) {
            bytes.write(from.readNBytes(n));
        }
        return bytes.toString(StandardCharsets.UTF_8).strip();
    }
}
