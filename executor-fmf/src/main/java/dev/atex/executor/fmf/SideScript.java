package dev.atex.executor.fmf;

import dev.atex.connection.Connection;
import dev.atex.connection.Output;
import dev.atex.executor.TestAbortedException;
import dev.atex.text.Cut;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/** Runs bash beside the tests: scripts of the plan, the installation of packages. */
final class SideScript {
    /** How much of the end of its output is shown. */
    private static final int SHOWN = 8 << 10;

    private final Connection connection;
    private final Workspace workspace;
    private final Bell bell;
    private final BooleanSupplier cancelled;

    /**
     * For scripts on one remote.
     *
     * @param bell rung when the wish for an end may have changed
     */
    SideScript(Connection connection, Workspace workspace, Bell bell, BooleanSupplier cancelled) {
        this.connection = connection;
        this.workspace = workspace;
        this.bell = bell;
        this.cancelled = cancelled;
    }

    /**
     * Runs a script to its end, with the variables of plan and executor; what it starts may go on after that.
     *
     * @param purpose part of its mark
     * @param output what it prints is appended there
     * @return never {@link AttemptEnd.Disconnected} or {@link AttemptEnd.Malformed}
     */
    AttemptEnd run(String purpose, String script, TimeLimit limit, Path output) throws InterruptedException {
        Job job = Job.ofPlan(workspace, script, workspace.mark(purpose));
        Attempt attempt = new Attempt(
                connection, workspace, job, Output.appendTo(output, job.endMark()), new ExitCodeHandler(), bell);
        try {
            return attempt.run(limit, cancelled);
        } catch (TestAbortedException e) {
            throw new IllegalStateException("nothing is stored here", e);
        }
    }

    /** The end of what was printed. */
    static String tail(Path output) throws IOException {
        try (FileChannel channel = FileChannel.open(output)) {
            long skipped = Math.max(0, channel.size() - SHOWN);
            ByteBuffer bytes = ByteBuffer.allocate(SHOWN);
            while (bytes.hasRemaining() && channel.read(bytes, skipped + bytes.position()) >= 0) {
                // until full
            }
            byte[] read = Arrays.copyOf(bytes.array(), bytes.position());
            String text = (skipped > 0 ? Cut.endOfUtf8(read) : new String(read, StandardCharsets.UTF_8)).strip();
            return skipped > 0 ? "[...]" + text : text;
        }
    }
}
