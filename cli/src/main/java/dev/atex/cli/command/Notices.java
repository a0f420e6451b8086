package dev.atex.cli.command;

import dev.atex.cli.view.Printable;
import java.util.function.Consumer;

/** Messages of provisioners: printed by the display of a run, else on standard error. Thread-safe. */
public final class Notices implements Consumer<String> {
    private volatile Consumer<String> shown;

    public Notices(Terminal terminal) {
        shown = line -> terminal.err().println("atex: " + Printable.line(line));
    }

    /** Prints messages on a display from now on. */
    public void showOn(Consumer<String> display) {
        shown = display;
    }

    @Override
    public void accept(String text) {
        text.lines().forEach(shown);
    }
}
