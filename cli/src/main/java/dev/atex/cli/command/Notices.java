package dev.atex.cli.command;

import dev.atex.cli.view.Printable;
import java.util.function.Consumer;

/** Texts for people, of one line or of several, from those who make machines: to where a run is shown, else to standard error. Thread-safe. */
public final class Notices implements Consumer<String> {
    private volatile Consumer<String> shown;

    public Notices(Terminal terminal) {
        shown = line -> terminal.err().println("atex: " + Printable.line(line));
    }

    /** From now on they go there. */
    public void showOn(Consumer<String> display) {
        shown = display;
    }

    @Override
    public void accept(String text) {
        text.lines().forEach(shown);
    }
}
