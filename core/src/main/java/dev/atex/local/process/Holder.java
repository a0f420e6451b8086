package dev.atex.local.process;

import dev.atex.concurrent.Deadline;
import dev.atex.concurrent.ProcessLauncher;
import dev.atex.connection.ConnectionException;
import dev.atex.internal.files.FileProblems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A program that becomes {@code cat} and only exists, until it is ended or this process ends. */
record Holder(Process process) {
    /** Adds marks to a command. */
    @FunctionalInterface
    interface Marking {
        ProcessBuilder mark(List<String> argv);
    }

    /** Starts the program, and waits until it answers. */
    static Holder start(ProcessBuilder builder, Deadline deadline) throws ConnectionException, InterruptedException {
        String program = builder.command().getFirst();
        Process process;
        try {
            process = ProcessLauncher.start(builder.redirectErrorStream(true));
        } catch (IOException e) {
            throw new ConnectionException("cannot start '" + program + "': " + FileProblems.of(e), e);
        }
        CompletableFuture<String> answer = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("holder").start(() -> answer.complete(ask(process)));
        boolean holds = false;
        try {
            String output = answer.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
            holds = output.isEmpty();
            if (!holds) {
                throw new ConnectionException(output);
            }
            return new Holder(process);
        } catch (TimeoutException e) {
            throw new ConnectionException("'" + String.join(" ", builder.command()) + "' does not answer", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("bug: completed normally only", e);
        } finally {
            if (!holds) {
                process.destroyForcibly();
            }
        }
    }

    /** Returns its output if it does not answer; empty if it does. */
    private static String ask(Process process) {
        try {
            try {
                process.getOutputStream().write("here\n".getBytes(StandardCharsets.US_ASCII));
                process.getOutputStream().flush();
            } catch (IOException e) {
                // it has ended: its output contains the reason
            }
            String line = process.inputReader(StandardCharsets.UTF_8).readLine();
            return line == null ? "it exited without output" : line.equals("here") ? "" : line;
        } catch (IOException | UncheckedIOException e) {
            return "cannot read its output: " + e.getMessage();
        }
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    void end() {
        process.destroyForcibly();
    }
}
