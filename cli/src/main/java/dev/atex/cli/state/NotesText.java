package dev.atex.cli.state;

import dev.atex.cli.view.Printable;
import dev.atex.run.RunNote;
import java.util.List;

/** Repeats notes about metadata at the end of a run. */
public final class NotesText {
    private NotesText() {}

    public static List<String> lines(List<RunNote> notes, RunDirectory directory) {
        if (notes.isEmpty()) {
            return List.of();
        }
        String more = notes.size() == 1
                ? ""
                : ", and " + (notes.size() - 1) + " more, in "
                        + directory.path().resolve("events.jsonl");
        String about = notes.getFirst().isOfTheLog() ? "Event log: " : "Metadata: ";
        return List.of(about + Printable.line(notes.getFirst().line() + more));
    }
}
