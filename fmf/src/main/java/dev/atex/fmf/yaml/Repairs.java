package dev.atex.fmf.yaml;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.tokens.AliasToken;
import org.snakeyaml.engine.v2.tokens.AnchorToken;
import org.snakeyaml.engine.v2.tokens.ScalarToken;
import org.snakeyaml.engine.v2.tokens.Token;

/**
 * Changes a document where the parser reads it differently from the older parser of the reference, so that both read
 * the same.
 */
final class Repairs {
    private Repairs() {}

    /**
     * Repairs the place where the parser stopped but the reference does not; empty if there is no repair.
     *
     * @param at where the parser stopped, an offset of characters
     * @param plainEnd the end of the scalar before it, if that was a plain one; else -1
     */
    static Optional<Source> at(Source source, int at, int plainEnd) {
        String text = source.text();
        if (at >= text.length()) {
            return Optional.empty();
        }
        return switch (text.charAt(at)) {
            case '-' -> loneDash(source, at);
            case '#' -> commentAtBlock(source, at);
            default -> {
                Optional<Source> plain = plainEnd < 0 ? Optional.empty() : tabsInPlain(source, at, plainEnd);
                yield plain.or(() -> tabsAlone(source, at));
            }
        };
    }

    /**
     * Repairs a line of only tabs, which the parser accepts in some places. The reference refuses them, which is
     * reported.
     */
    private static Optional<Source> tabsAlone(Source source, int at) {
        String text = source.text();
        int start = text.lastIndexOf('\n', at - 1) + 1;
        int lineEnd = text.indexOf('\n', at);
        String line = text.substring(start, lineEnd < 0 ? text.length() : lineEnd);
        return text.charAt(at) == '\t' && line.isBlank()
                ? Optional.of(source.replaced(start, start + line.length(), line.replace('\t', ' ')))
                : Optional.empty();
    }

    /** Repairs {@code [-]}. The replacement is as long as the dash, so positions do not change. */
    private static Optional<Source> loneDash(Source source, int at) {
        String text = source.text();
        if (at + 1 == text.length() || ",[]{}".indexOf(text.charAt(at + 1)) < 0) {
            return Optional.empty();
        }
        char standIn = source.standIn() == '-' ? unusedIn(text) : source.standIn();
        return standIn == '-'
                ? Optional.empty()
                : Optional.of(
                        source.replaced(at, at + 1, String.valueOf(standIn)).withStandIn(standIn));
    }

    /** Returns a private-use character that the text does not contain; a dash if it contains all of them. */
    private static char unusedIn(String text) {
        for (char c = '\ue000'; c <= '\uf8ff'; c++) {
            if (text.indexOf(c) < 0) {
                return c;
            }
        }
        return '-';
    }

    /** Repairs {@code |#comment}, without a blank. */
    private static Optional<Source> commentAtBlock(Source source, int at) {
        String text = source.text();
        int header = at - 1;
        while (header > 0 && at - header < 3 && "+-123456789".indexOf(text.charAt(header)) >= 0) {
            header--;
        }
        if (header < 0 || "|>".indexOf(text.charAt(header)) < 0) {
            return Optional.empty();
        }
        int lineEnd = text.indexOf('\n', at);
        int end = lineEnd < 0 ? text.length() : lineEnd;
        return Optional.of(source.replaced(at, end, " ".repeat(end - at)));
    }

    /** Repairs blanks and tabs between the lines of a plain scalar. */
    private static Optional<Source> tabsInPlain(Source source, int at, int plainEnd) {
        String text = source.text();
        int end = plainEnd;
        while (end < text.length() && " \t\n".indexOf(text.charAt(end)) >= 0) {
            end++;
        }
        if (at < plainEnd || at > end || end == text.length()) {
            return Optional.empty();
        }
        int firstLine = text.indexOf('\n', plainEnd);
        int lastLine = text.lastIndexOf('\n', end) + 1;
        if (firstLine < 0 || firstLine >= end || text.indexOf('\t', firstLine) < 0) {
            return Optional.empty();
        }
        int tab = text.indexOf('\t', lastLine);
        if (tab >= 0 && tab < end && tab - lastLine <= indentAt(source, plainEnd)) {
            return Optional.empty(); // not a line of the scalar for the reference either
        }
        String blanks = text.substring(firstLine, end).replace('\t', ' ');
        return blanks.contentEquals(text.subSequence(firstLine, end))
                ? Optional.empty()
                : Optional.of(source.replaced(firstLine, end, blanks));
    }

    /** Returns the column of the innermost block collection around a scalar; -1 outside of one. */
    private static int indentAt(Source source, int scalarEnd) {
        Deque<Integer> columns = new ArrayDeque<>(List.of(-1));
        for (Tokens.Spot spot : Tokens.of(source)) {
            if (spot.start() >= scalarEnd) {
                break;
            }
            switch (spot.id()) {
                case BlockSequenceStart, BlockMappingStart ->
                    columns.push(spot.token().getStartMark().orElseThrow().getColumn());
                case FlowSequenceStart, FlowMappingStart -> columns.push(columns.element());
                case FlowSequenceEnd, FlowMappingEnd, BlockEnd -> columns.pop();
                default -> {}
            }
        }
        return columns.element();
    }

    /**
     * Inserts blanks where something ends for the reference: {@code [?x]} is {@code [? x]}, {@code &1:20} is {@code
     * &1 :20}. Empty if there is no such place.
     */
    static Optional<Source> spaced(Source source) {
        List<Integer> places = new ArrayList<>();
        Deque<Boolean> flow = new ArrayDeque<>(List.of(false));
        Token.ID before = Token.ID.StreamStart;
        for (Tokens.Spot spot : Tokens.of(source)) {
            switch (spot.id()) {
                case FlowSequenceStart, FlowMappingStart -> flow.push(true);
                case BlockSequenceStart, BlockMappingStart -> flow.push(false);
                case FlowSequenceEnd, FlowMappingEnd, BlockEnd -> flow.poll(); // there may be more ends than beginnings
                default -> {}
            }
            int place = place(spot.token(), Boolean.TRUE.equals(flow.peek()), before);
            if (place > 0) {
                places.add(spot.token().getStartMark().orElseThrow().getIndex() + place);
            }
            before = spot.isWritten() ? spot.id() : before;
        }
        return places.isEmpty() ? Optional.empty() : Optional.of(source.spaced(places));
    }

    /** Returns how far into the token a blank belongs; 0 if none does. */
    private static int place(Token token, boolean flow, Token.ID before) {
        return switch (token) {
            case ScalarToken scalar -> flow && beginsKey(scalar, before) ? 1 : 0;
            case AnchorToken anchor -> endOfName(anchor.getValue().getValue(), flow);
            case AliasToken alias -> endOfName(alias.getValue().getValue(), flow);
            default -> 0;
        };
    }

    private static boolean beginsKey(ScalarToken scalar, Token.ID before) {
        boolean first = before == Token.ID.FlowSequenceStart
                || before == Token.ID.FlowMappingStart
                || before == Token.ID.FlowEntry;
        return first
                && scalar.isPlain()
                && scalar.getValue().length() > 1
                && scalar.getValue().charAt(0) == '?';
    }

    /** Returns how far a name extends in the reference, if something else follows it there; else 0. */
    private static int endOfName(String name, boolean flow) {
        int end = 0;
        while (end < name.length() && isOfName(name.charAt(end))) {
            end++;
        }
        if (end == 0 || end == name.length()) {
            return 0;
        }
        char next = name.charAt(end);
        boolean other = flow ? next == ':' && end + 1 == name.length() : next == ':' || next == '?';
        return other ? end + 1 : 0;
    }

    /** Returns whether the reference allows the character in the name of an anchor. */
    static boolean isOfName(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }
}
