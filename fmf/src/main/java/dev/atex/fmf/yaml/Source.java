package dev.atex.fmf.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * A document in the form that the parser gets. It may differ from the written one, where the reference's parser reads
 * that differently; places refer to the written one. Immutable.
 *
 * @param text the text for the parser
 * @param written the text of the same length with the original characters
 * @param standIn a scalar of only this character is a dash
 * @param inserted the positions of inserted characters, as offsets of code points
 */
record Source(String text, String written, char standIn, List<Integer> inserted) {

    /** A place in the written document, line and column counted from 1. */
    record Place(int line, int column) {}

    /** Returns the written document unchanged. */
    static Source of(String text) {
        String document = text.startsWith("\ufeff") ? text.substring(1) : text;
        if (document.indexOf('\u0085') >= 0) {
            // a line end in YAML 1.1, also for the reference's parser
            document = document.replace('\u0085', '\n');
        }
        return new Source(document, document, '-', List.of());
    }

    /** Returns the document with other characters for the parser, as many as before. */
    Source replaced(int start, int end, String with) {
        return new Source(text.substring(0, start) + with + text.substring(end), written, standIn, inserted);
    }

    /** Returns the document with a character that represents a dash. */
    Source withStandIn(char c) {
        return new Source(text, written, c, inserted);
    }

    /** Returns the document with a blank before each of these places, offsets of code points in ascending order. */
    Source spaced(List<Integer> places) {
        List<Integer> all = new ArrayList<>(inserted.size() + places.size());
        int known = 0;
        for (int i = 0; i < places.size(); i++) {
            for (; known < inserted.size() && inserted.get(known) < places.get(i); known++) {
                all.add(inserted.get(known) + i);
            }
            all.add(places.get(i) + i);
        }
        for (; known < inserted.size(); known++) {
            all.add(inserted.get(known) + places.size());
        }
        return new Source(spaced(text, places), spaced(written, places), standIn, List.copyOf(all));
    }

    private static String spaced(String text, List<Integer> places) {
        StringBuilder spaced = new StringBuilder(text.length() + places.size());
        int at = 0;
        int points = 0;
        for (int place : places) {
            int next = text.offsetByCodePoints(at, place - points);
            spaced.append(text, at, next).append(' ');
            at = next;
            points = place;
        }
        return spaced.append(text, at, text.length()).toString();
    }

    Place place(Mark mark) {
        return place(mark.getLine(), mark.getColumn(), mark.getIndex());
    }

    private Place place(int line, int column, int index) {
        int lineStart = index - column;
        int before = 0;
        for (int each : inserted) {
            before += each >= lineStart && each < index ? 1 : 0;
        }
        return new Place(line + 1, column + 1 - before);
    }

    /** Returns the place of a character, by its offset. */
    Place place(int at) {
        int lineStart = text.lastIndexOf('\n', at - 1) + 1;
        int line = (int)
                text.substring(0, lineStart).chars().filter(c -> c == '\n').count();
        int points = text.codePointCount(0, lineStart);
        int column = text.codePointCount(lineStart, at);
        return place(line, column, points + column);
    }

    /** Returns a place as shown within messages; empty if it is not known. */
    String shown(Optional<Mark> mark) {
        return mark.map(this::place)
                .map(place -> " (line " + place.line() + ", column " + place.column() + ")")
                .orElse("");
    }

    /** Creates an error at a place of the parser, if that is known. */
    YamlProblem problem(String kind, String message, @Nullable Mark mark) {
        if (mark == null) {
            return new YamlProblem(kind, message, 0, 0);
        }
        Place place = place(mark);
        return new YamlProblem(kind, message, place.line(), place.column());
    }

    /** Returns whether the last line has no line end, as the reference's parser would notice. */
    boolean endsInLine() {
        return !text.endsWith("\n");
    }

    LoadSettings settings(boolean marks) {
        return YamlReader.settings(marks, text);
    }

    StreamReader reader(LoadSettings settings) {
        return new StreamReader(settings, text);
    }
}
