package dev.atex.executor.fmf.machine;

import dev.atex.connection.Connection;
import dev.atex.connection.Output;
import dev.atex.executor.fmf.control.TestAbortedException;
import dev.atex.internal.text.Cut;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Runs bash beside the tests: scripts of the plan, installation of packages. */
public final class SideScript {
    /** Bytes of the end of its output in messages. */
    private static final int SHOWN = 8 << 10;

    private final Connection connection;
    private final Workspace workspace;
    private final ChangeSignal changes;
    private final BooleanSupplier cancelled;

    /**
     * Creates a runner for scripts on one machine.
     *
     * @param changes signaled when the wish for an end may have changed
     */
    public SideScript(Connection connection, Workspace workspace, ChangeSignal changes, BooleanSupplier cancelled) {
        this.connection = connection;
        this.workspace = workspace;
        this.changes = changes;
        this.cancelled = cancelled;
    }

    /**
     * Runs a script to its end, with the variables of plan and executor; its background processes continue.
     *
     * @param purpose part of its mark
     * @param output what it prints is appended there
     * @return never {@link WrapperExit.Disconnected} or {@link WrapperExit.Malformed}
     */
    public WrapperExit run(String purpose, String script, LongSupplier limit, Path output) throws InterruptedException {
        MachineLog.debug(connection, () -> "starts a script for " + purpose);
        WrapperCommand job = WrapperCommand.ofPlan(
                workspace, script, Environment.ofScript(workspace), workspace.mark(purpose), false);
        try {
            return run(job, new ExitCodeReader(), limit, output);
        } catch (TestAbortedException e) {
            throw new IllegalStateException("nothing is stored here", e);
        }
    }

    /**
     * Runs a script that has a control stream.
     *
     * @param variables statements
     * @param handler reads the control stream
     * @throws TestAbortedException what the handler stores cannot be stored
     */
    public WrapperExit run(
            String purpose, String script, String variables, ControlHandler handler, LongSupplier limit, Path output)
            throws TestAbortedException, InterruptedException {
        WrapperCommand job = WrapperCommand.ofPlan(workspace, script, variables, workspace.mark(purpose), true);
        return run(job, handler, limit, output);
    }

    private WrapperExit run(WrapperCommand job, ControlHandler handler, LongSupplier limit, Path output)
            throws TestAbortedException, InterruptedException {
        return new WrapperRun(connection, workspace, job, Output.appendTo(output, job.endMark()), handler, changes)
                .run(limit, cancelled);
    }

    /** Returns the end of the output. */
    public static String tail(Path output) throws IOException {
        return tail(output, 0);
    }

    /** Returns the end of the output after a number of bytes. */
    public static String tail(Path output, long from) throws IOException {
        try (FileChannel channel = FileChannel.open(output)) {
            long skipped = Math.max(from, channel.size() - SHOWN);
            ByteBuffer bytes = ByteBuffer.allocate(SHOWN);
            while (bytes.hasRemaining() && channel.read(bytes, skipped + bytes.position()) >= 0) {
                // until full
            }
            byte[] read = Arrays.copyOf(bytes.array(), bytes.position());
            boolean cut = skipped > from;
            String text = (cut ? Cut.endOfUtf8(read) : new String(read, StandardCharsets.UTF_8)).strip();
            return cut ? "[...]" + text : text;
        }
    }
}
