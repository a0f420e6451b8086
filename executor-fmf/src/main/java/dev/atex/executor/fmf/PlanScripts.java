package dev.atex.executor.fmf;

import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Output;
import dev.atex.executor.ExecutorException;
import dev.atex.executor.TestAbortedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** Runs what a plan wants before and after the tests. */
final class PlanScripts {
    /** How much of the end of the output of a failed script is shown. */
    private static final int SHOWN = 8 << 10;

    private final Connection connection;
    private final Workspace workspace;
    private final FmfTests source;
    private final FmfPlan plan;
    private final Bell bell;
    private final BooleanSupplier cancelled;

    PlanScripts(Connection connection, Workspace workspace, FmfTests source, Bell bell, BooleanSupplier cancelled) {
        this.connection = connection;
        this.workspace = workspace;
        this.source = source;
        this.plan = source.plan();
        this.bell = bell;
        this.cancelled = cancelled;
    }

    /** Before the first test. */
    void prepare() throws ExecutorException, ConnectionException, InterruptedException {
        for (FmfPlan.Step step : plan.prepare()) {
            run("prepare", step);
        }
    }

    /** After the last one. */
    void finish() throws ExecutorException, ConnectionException, InterruptedException {
        for (FmfPlan.Step step : plan.finish()) {
            run("finish", step);
        }
    }

    private void run(String phase, FmfPlan.Step step)
            throws ExecutorException, ConnectionException, InterruptedException {
        switch (step) {
            case FmfPlan.Step.Script(String text) -> script(phase, text);
            case FmfPlan.Step.Install(var packages) ->
                throw new ExecutorException(describe(phase)
                        + " wants packages, which are not supported yet: install them on the machine before ("
                        + String.join(", ", packages) + ")");
        }
    }

    private void script(String phase, String text) throws ExecutorException, ConnectionException, InterruptedException {
        try {
            Path directory = source.temporaryDirectory(phase);
            try {
                script(phase, text, Files.createFile(directory.resolve("output.txt")));
            } finally {
                TreeCopy.remove(directory);
            }
        } catch (IOException e) {
            throw new ExecutorException("cannot store the output of a script of the plan: " + e, e);
        }
    }

    private void script(String phase, String text, Path output)
            throws ExecutorException, ConnectionException, InterruptedException, IOException {
        String mark = workspace.identity().mark() + phase + ".";
        Job job = Job.ofPlan(workspace, text, mark);
        Attempt attempt = new Attempt(
                connection, workspace, job, Output.appendTo(output, job.endMark()), new ExitCodeHandler(), bell);
        AttemptEnd end;
        try {
            end = attempt.run(TimeLimit.none(), cancelled);
        } catch (TestAbortedException e) {
            throw new IllegalStateException("nothing is stored here", e);
        }
        String failure = switch (end) {
            case AttemptEnd.Exited(int code) -> code == 0 ? "" : "failed with exit code " + code;
            case AttemptEnd.Cancelled() -> throw new ExecutorException("cancel requested");
            case AttemptEnd.Lost(ConnectionException cause) -> throw cause;
            case AttemptEnd.Unexpected(int code) -> "was ended from outside (wrapper: " + code + ")";
            case AttemptEnd.Disconnected(), AttemptEnd.TimedOut(), AttemptEnd.Malformed(var _) ->
                throw new IllegalStateException("a script of a plan ended with " + end);
        };
        if (!failure.isEmpty()) {
            throw new ExecutorException(describe(phase) + ": a script " + failure + ".\nScript:\n"
                    + text.stripTrailing() + "\nOutput:\n" + tail(output));
        }
    }

    private String describe(String phase) {
        return phase + " of plan '" + plan.name() + "'";
    }

    private static String tail(Path output) throws IOException {
        try (FileChannel channel = FileChannel.open(output)) {
            long skipped = Math.max(0, channel.size() - SHOWN);
            ByteBuffer bytes = ByteBuffer.allocate(SHOWN);
            while (bytes.hasRemaining() && channel.read(bytes, skipped + bytes.position()) >= 0) {
                // until full
            }
            String text = StandardCharsets.UTF_8.decode(bytes.flip()).toString().stripTrailing();
            return skipped > 0 ? "[...]" + text : text;
        }
    }
}
