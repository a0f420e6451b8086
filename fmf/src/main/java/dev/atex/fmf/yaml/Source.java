package dev.atex.fmf.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * A document as the parser is given it. It may differ from what was written, where the reference's parser reads that
 * another way; places are those of what was written. Immutable.
 *
 * @param text for the parser
 * @param written of the same length, with the characters that others stand for in {@code text}
 * @param standIn a scalar of this character alone is a dash
 * @param inserted where characters are that were not written, as offsets of code points
 */
record Source(String text, String written, char standIn, List<Integer> inserted) {

    /** A place in what was written, line and column counted from 1. */
    record Place(int line, int column) {}

    /** What was written, and nothing else. */
    static Source of(String text) {
        String document = text.startsWith("\ufeff") ? text.substring(1) : text;
        if (document.indexOf('\u0085') >= 0) {
            // a line end for YAML 1.1, as the reference's parser has it
            document = document.replace('\u0085', '\n');
        }
        return new Source(document, document, '-', List.of());
    }

    /** The same document, with other characters for the parser, as many as before. */
    Source replaced(int start, int end, String with) {
        return new Source(text.substring(0, start) + with + text.substring(end), written, standIn, inserted);
    }

    /** The same document, with a character that stands for a dash. */
    Source withStandIn(char c) {
        return new Source(text, written, c, inserted);
    }

    /** The same document with a blank before each of these places, offsets of code points in ascending order. */
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

    /** The place of a character, by its offset. */
    Place place(int at) {
        int lineStart = text.lastIndexOf('\n', at - 1) + 1;
        int line = (int)
                text.substring(0, lineStart).chars().filter(c -> c == '\n').count();
        int points = text.codePointCount(0, lineStart);
        int column = text.codePointCount(lineStart, at);
        return place(line, column, points + column);
    }

    /** A place as messages have it; nothing when it is not known. */
    String shown(Optional<Mark> mark) {
        return mark.map(this::place)
                .map(place -> "\n  in \"<unicode string>\", line " + place.line() + ", column " + place.column())
                .orElse("");
    }

    /** An error at a place of the parser, if that is known. */
    YamlProblem problem(String kind, String message, @Nullable Mark mark) {
        if (mark == null) {
            return new YamlProblem(kind, message, 0, 0);
        }
        Place place = place(mark);
        return new YamlProblem(kind, message + shown(Optional.of(mark)), place.line(), place.column());
    }

    /** Whether the last line has no end, as the parser of the reference would notice. */
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
