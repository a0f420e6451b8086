package dev.atex.podman.engine;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.ProgramCall;
import java.util.List;

/** A call of an engine that was started. It goes on when nobody waits for it. */
public final class EngineCall {
    private static final int MOST_LINES = 6;

    private final String name;
    private final ProgramCall call;

    EngineCall(String name, ProgramCall call) {
        this.name = name;
        this.call = call;
    }

    /**
     * What it ended with.
     *
     * @param name what was called
     * @param exitCode 0 is success
     * @param out what it printed, without white space around it
     * @param err what it said
     */
    public record Result(String name, int exitCode, String out, String err) {
        /** Returns what it printed, or throws if it failed. */
        public String orThrow() throws EngineException {
            if (exitCode != 0) {
                throw new EngineException("'" + name + "' failed (" + exitCode + "): " + reason());
            }
            return out;
        }

        /** The last lines that say something. */
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

    /** Asks it to end. Only for what leaves nothing half done. */
    public void terminate() {
        call.terminate();
    }

    /**
     * Waits for its end.
     *
     * @throws EngineException the deadline came first, and it goes on; or it printed more than can be taken for an answer
     */
    public Result await(Deadline deadline) throws EngineException, InterruptedException {
        ProgramCall.Result result =
                call.await(deadline).orElseThrow(() -> new EngineException("'" + name + "' did not end in time"));
        if (!result.whole() && result.exitCode() == 0) {
            throw new EngineException("'" + name + "' printed more than " + (ProgramCall.KEPT >> 20)
                    + " MiB, or what it printed could not be read");
        }
        return new Result(
                name, result.exitCode(), result.out().strip(), result.err().strip());
    }
}
