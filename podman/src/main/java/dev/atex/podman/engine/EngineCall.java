package dev.atex.podman.engine;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.ProgramCall;
import java.lang.System.Logger.Level;
import java.util.List;

/** A running call of an engine. It continues when nobody waits for it. */
public final class EngineCall {
    private static final System.Logger LOG = System.getLogger("dev.atex.podman");
    private static final int MOST_LINES = 6;

    private final String name;
    private final ProgramCall call;
    private final long begin = System.nanoTime();

    EngineCall(String name, ProgramCall call) {
        this.name = name;
        this.call = call;
    }

    /**
     * The result of a call.
     *
     * @param name the engine and its subcommand
     * @param exitCode 0 if it succeeded
     * @param out its standard output, stripped
     * @param err its standard error, stripped
     */
    public record Result(String name, int exitCode, String out, String err) {
        /** Returns the standard output; throws if the exit code is not 0. */
        public String orThrow() throws EngineException {
            if (exitCode != 0) {
                throw new EngineException("'" + name + "' failed (exit code " + exitCode + "): " + reason());
            }
            return out;
        }

        /** Returns the last lines of the error message. */
        public String reason() {
            List<String> lines = (err.isBlank() ? out : err)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size()));
        }
    }

    boolean isRunning() {
        return call.isRunning();
    }

    /** Sends SIGTERM. Only for calls that leave nothing half done. */
    public void terminate() {
        call.terminate();
    }

    /**
     * Waits for the end of the call.
     *
     * @throws EngineException if the call is still running at the deadline, or printed too much
     */
    public Result await(Deadline deadline) throws EngineException, InterruptedException {
        ProgramCall.Result result =
                call.await(deadline).orElseThrow(() -> new EngineException("'" + name + "' did not end in time"));
        LOG.log(
                Level.DEBUG,
                () -> name + ": exit code " + result.exitCode() + " after " + (System.nanoTime() - begin) / 1_000_000
                        + " ms");
        if (!result.whole() && result.exitCode() == 0) {
            throw new EngineException("'" + name + "' printed more than " + (ProgramCall.KEPT >> 20)
                    + " MiB, or its output could not be read");
        }
        return new Result(
                name, result.exitCode(), result.out().strip(), result.err().strip());
    }
}
