package dev.atex.cli;

import dev.atex.cli.command.Terminal;
import dev.atex.cli.log.ProcessLog;

/** The {@code atex} program. */
public final class Main {
    private Main() {}

    /** Runs a command and exits with its code. */
    public static void main(String[] args) {
        ProcessLog.begin();
        int code = Cli.run(Terminal.ofProcess(), args);
        System.exit(code);
    }
}
