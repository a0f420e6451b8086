package dev.atex.cli.machines;

import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.log.ProcessLog;
import dev.atex.cli.view.Printable;
import dev.atex.concurrent.ProcessLauncher;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** Shells that the ssh program opens on a machine. */
public final class LoginShells {
    private LoginShells() {}

    /**
     * Opens shells until one ends with 0 or the user does not want another; returns the exit code of the command.
     *
     * @param login the command line of ssh
     * @param lost returns why the machine is gone, if it is
     */
    public static int run(List<String> login, Supplier<Optional<String>> lost, Terminal terminal)
            throws IOException, InterruptedException {
        while (true) {
            int code = shell(login);
            Optional<String> why = lost.get();
            if (why.isPresent()) {
                terminal.err().println("atex: " + Printable.lines(why.get()));
                return ExitCode.INFRASTRUCTURE;
            }
            if (code == 0) {
                return ExitCode.OK;
            }
            terminal.err().println("Press RETURN to try to reconnect, Ctrl-C to quit ...");
            if (!awaitReturn()) {
                return ExitCode.OK;
            }
        }
    }

    private static int shell(List<String> login) throws IOException, InterruptedException {
        try (ProcessLog.Held _ = ProcessLog.hold()) {
            Process process = ProcessLauncher.start(new ProcessBuilder(login).inheritIO());
            try {
                return process.waitFor();
            } finally {
                process.destroy();
            }
        }
    }

    /** Returns false at the end of standard input. A read of the terminal cannot be interrupted, so a thread does it. */
    private static boolean awaitReturn() throws IOException, InterruptedException {
        CompletableFuture<Boolean> read = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("keys").start(() -> {
            try {
                int next = System.in.read();
                while (next >= 0 && next != '\n') {
                    next = System.in.read();
                }
                read.complete(next >= 0);
            } catch (IOException e) {
                read.completeExceptionally(e);
            }
        });
        try {
            return read.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }
}
