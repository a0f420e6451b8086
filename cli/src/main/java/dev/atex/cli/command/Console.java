package dev.atex.cli.command;

import dev.atex.cli.log.ProcessLog;
import dev.atex.cli.view.Printable;
import dev.atex.cli.view.TerminalSize;
import dev.atex.concurrent.Deadline;
import dev.atex.executor.fmf.ShellSession;
import dev.atex.internal.concurrent.ProgramCall;
import dev.atex.internal.concurrent.TaskScope;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The terminal of this process, lent to shells, one at a time: every key goes there, Ctrl-C too, and what they show is
 * shown. Thread-safe.
 */
public final class Console {
    private static final Path TERMINAL = Path.of("/dev/tty");
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final Terminal terminal;
    private volatile @Nullable ShellSession current;

    /** The settings of the terminal before a shell used it. */
    private volatile @Nullable String settings;

    private Console(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Returns the console of an interactive terminal. */
    public static Console of(Terminal terminal, String who) throws UsageException {
        try {
            if (terminal.interactive()) {
                FileChannel.open(TERMINAL, StandardOpenOption.READ).close();
                return new Console(terminal);
            }
        } catch (IOException e) {
            throw new UsageException(who + ": there is no terminal to open a shell on: " + ErrorText.of(e), e);
        }
        throw new UsageException(
                who + " needs a terminal: standard output is none, or one without control of the cursor (TERM=dumb)");
    }

    /** Returns its current size. */
    public TerminalSize size() throws InterruptedException {
        return TerminalSize.ask(terminal.environment());
    }

    /** Returns the name of the kind of terminal. */
    public String type() {
        return terminal.environment().getOrDefault("TERM", "vt100");
    }

    public PrintStream out() {
        return terminal.out();
    }

    /** Connects the terminal to a shell until the shell ends. */
    public void attach(ShellSession session) throws IOException, InterruptedException {
        try (ProcessLog.Held _ = terminal.showsErrors() ? ProcessLog.hold() : ProcessLog.Held.NONE) {
            settings = stty("-g").strip();
            try {
                stty("raw", "-echo");
                current = session;
                converse(session);
            } finally {
                current = null;
                giveBack();
            }
        }
    }

    /** Disconnects the shell, and restores the terminal's settings. */
    public void giveBack() {
        String before = settings;
        if (before != null) {
            boolean interrupted = Thread.interrupted();
            try {
                stty(before);
                settings = null;
            } catch (IOException e) {
                terminal.err().println("atex: " + Printable.line(String.valueOf(e.getMessage())) + ": try 'stty sane'");
            } catch (InterruptedException e) {
                interrupted = true;
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void converse(ShellSession session) throws IOException, InterruptedException {
        try (TaskScope scope = TaskScope.open("console");
                FileChannel keys = FileChannel.open(TERMINAL, StandardOpenOption.READ)) {
            scope.forkPlatform("keys", () -> {
                type(keys, session);
                return null;
            });
            TaskScope.Task<Void> shown = scope.forkPlatform("screen", () -> {
                show(session.output());
                return null;
            });
            if (session.awaitEnd(Deadline.never())) {
                shown.awaitEnd(Deadline.after(LAST_WORDS));
            }
            session.close(); // wakes the reader of its output
        }
    }

    private static void type(FileChannel keys, ShellSession session) {
        ByteBuffer typed = ByteBuffer.allocate(4096);
        try {
            OutputStream to = session.input();
            while (keys.read(typed.clear()) >= 0) {
                to.write(typed.array(), 0, typed.position());
                to.flush();
            }
        } catch (ClosedChannelException e) {
            return; // the shell has ended
        } catch (IOException e) {
            session.hangUp(); // the terminal is gone, or the shell
            return;
        }
        session.hangUp(); // the terminal was closed
    }

    private void show(InputStream from) throws IOException {
        byte[] buffer = new byte[8192];
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            terminal.out().write(buffer, 0, n);
            terminal.out().flush();
        }
    }

    /** Passes a new size of the terminal on to the shell. */
    public void resized() {
        ShellSession session = current;
        if (session != null) {
            try {
                TerminalSize size = size();
                session.resize(size.rows(), size.columns());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static String stty(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("stty"));
        command.addAll(List.of(arguments));
        ProgramCall stty = ProgramCall.start(new ProcessBuilder(command)
                .redirectInput(new File(TERMINAL.toString()))
                .redirectError(ProcessBuilder.Redirect.DISCARD));
        try {
            return stty.await(Deadline.after(LAST_WORDS))
                    .filter(result -> result.exitCode() == 0)
                    .orElseThrow(() -> new IOException("stty cannot change the terminal"))
                    .out();
        } finally {
            stty.kill();
        }
    }
}
