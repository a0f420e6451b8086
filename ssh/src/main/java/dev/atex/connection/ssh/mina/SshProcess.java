package dev.atex.connection.ssh.mina;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Exit;
import dev.atex.connection.Output;
import dev.atex.connection.RemoteProcess;
import dev.atex.connection.ssh.mina.output.DiscardFlow;
import dev.atex.connection.ssh.mina.output.FileFlow;
import dev.atex.connection.ssh.mina.output.Flow;
import dev.atex.connection.ssh.mina.output.Inflow;
import dev.atex.connection.ssh.transport.BlockingThreads;
import dev.atex.connection.support.OutputFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.stream.Stream;

/** A command in its own channel. */
final class SshProcess implements RemoteProcess {
    private final ExecChannel channel;
    private final Flow out;
    private final Flow err;

    private SshProcess(ExecChannel channel, Flow out, Flow err) {
        this.channel = channel;
        this.out = out;
        this.err = err;
    }

    static SshProcess start(ExecChannel channel, String line, Output stdout, Output stderr) throws IOException {
        Flow out = flow(stdout, channel);
        Flow err;
        try {
            // both to the same file: one stream, in the order of arrival
            err = stdout instanceof Output.AppendTo && stderr.equals(stdout) ? out : flow(stderr, channel);
        } catch (IOException e) {
            out.end();
            throw e;
        }
        channel.start(line, out, err);
        return new SshProcess(channel, out, err);
    }

    private static Flow flow(Output output, ExecChannel channel) throws IOException {
        return switch (output) {
            case Output.Pipe() -> new Inflow(channel::release);
            case Output.Discard() -> DiscardFlow.INSTANCE;
            case Output.AppendTo file -> new FileFlow(new OutputFile(file), channel::release, BlockingThreads.ALL);
        };
    }

    @Override
    public OutputStream stdin() {
        return channel.stdin();
    }

    @Override
    public InputStream stdout() {
        return input(out);
    }

    @Override
    public InputStream stderr() {
        return input(err);
    }

    private static InputStream input(Flow flow) {
        return flow instanceof Inflow inflow ? inflow : InputStream.nullInputStream();
    }

    @Override
    public Exit await(Deadline deadline) throws InterruptedException {
        Exit exit = channel.await(deadline);
        return exit instanceof Exit.StillRunning ? exit : OutputFile.stored(exit, files(), deadline);
    }

    private List<OutputFile> files() {
        return Stream.of(out, err)
                .filter(FileFlow.class::isInstance)
                .map(flow -> ((FileFlow) flow).file())
                .toList();
    }

    @Override
    public void close() {
        for (Flow flow : new Flow[] {out, err}) {
            quietly(() -> input(flow).close());
        }
        quietly(channel.stdin()::close);
        if (!channel.hasExited()) {
            quietly(channel::stopReading);
        }
        channel.whenExited(() -> channel.close(false)); // a daemon may keep the streams open
    }

    @Override
    public void kill() {
        if (!channel.hasExited() && channel.isOpen()) {
            quietly(() -> channel.signal("KILL"));
        }
        close();
        channel.close(false);
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    /** Runs a step. If it fails, the channel is closed, which is what the caller wants. */
    private static void quietly(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            return;
        }
    }
}
