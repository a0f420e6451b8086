package dev.atex.fmf.yaml;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.tokens.AnchorToken;
import org.snakeyaml.engine.v2.tokens.ScalarToken;
import org.snakeyaml.engine.v2.tokens.Token;

/**
 * Finds constructs that are read here but that the reference's parser (libyaml 0.1) refuses, to warn those who share
 * the file. Each kind is reported once, at its first place.
 */
final class Refusals {
    /** The kinds of refused constructs. */
    private enum Kind {
        TAB,
        NAME,
        TWICE,
        COLON
    }

    private static final class Told {
        private final Source.Place place;
        private final String text;
        private int count = 1;

        Told(Source.Place place, String text) {
            this.place = place;
            this.text = text;
        }

        YamlNotice notice() {
            String more = count == 1 ? "" : " (" + (count - 1) + " more below)";
            return new YamlNotice(place.line(), place.column(), text + more);
        }
    }

    private static final class Level {
        private final boolean flow;
        private final int column;
        /** True if the last key began with a question mark. */
        private boolean explicitKey;

        Level(boolean flow, int column) {
            this.flow = flow;
            this.column = column;
        }
    }

    private final Source source;
    private final String text;
    private final Map<Kind, Told> told = new EnumMap<>(Kind.class);
    private final Deque<Level> levels = new ArrayDeque<>(List.of(new Level(false, -1)));
    private final Set<String> anchors = new HashSet<>();

    private Refusals(Source source) {
        this.source = source;
        this.text = source.written();
    }

    /** Returns whether a tab is where one may be refused. Most texts have none and need no closer look. */
    static boolean mayBeIn(String text) {
        for (int tab = text.indexOf('\t'); tab >= 0; ) {
            int line = text.lastIndexOf('\n', tab) + 1;
            int at = line;
            while (at < tab && " -?:".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            if (at == tab) {
                return true;
            }
            int next = text.indexOf('\n', tab);
            tab = next < 0 ? -1 : text.indexOf('\t', next);
        }
        return false;
    }

    /** Returns whether a colon is where one may be refused, after a text in brackets. */
    static boolean mayFollow(String text) {
        for (String each : List.of(":,", ":[", ":]", ":{", ":}")) {
            if (text.contains(each)) {
                return true;
            }
        }
        return false;
    }

    /** Finds the refused constructs in a readable document. */
    static List<YamlNotice> find(Source source) {
        Refusals refusals = new Refusals(source);
        refusals.look();
        return refusals.told.values().stream().map(Told::notice).sorted().toList();
    }

    private void tell(Kind kind, int at, String what) {
        Told known = told.get(kind);
        if (known != null) {
            known.count++;
            return;
        }
        told.put(kind, new Told(source.place(at), what));
    }

    private void look() {
        Tokens.Spot before = null;
        boolean keyAllowed = true; // a block collection may begin here: the reference allows no tabs
        boolean flow = false;
        int indent = -1;
        for (Tokens.Spot spot : Tokens.of(source)) {
            if (spot.isWritten()) {
                int from = before == null ? 0 : before.end();
                int to = spot.start();
                if (!flow && to > from) {
                    gap(from, to, keyAllowed, before != null && isPlain(before.token()) ? indent : -2);
                }
            }
            boolean allowed = take(spot);
            if (spot.isWritten()) {
                before = spot;
                keyAllowed = allowed;
                flow = level().flow;
                indent = indent();
            }
        }
        if (!flow) {
            int from = before == null ? 0 : before.end();
            gap(from, text.length(), keyAllowed, before != null && isPlain(before.token()) ? indent : -2);
        }
    }

    private static boolean isPlain(Token token) {
        return token instanceof ScalarToken scalar && scalar.isPlain();
    }

    private Level level() {
        return levels.element();
    }

    /** Returns the column of the innermost block collection. */
    private int indent() {
        for (Level level : levels) {
            if (!level.flow) {
                return level.column;
            }
        }
        return -1;
    }

    /** Tracks the position and checks the token itself; returns true if a key may follow without a line end. */
    private boolean take(Tokens.Spot spot) {
        switch (spot.id()) {
            case FlowSequenceStart, FlowMappingStart -> levels.push(new Level(true, 0));
            case BlockSequenceStart, BlockMappingStart ->
                levels.push(new Level(
                        false, spot.token().getStartMark().orElseThrow().getColumn()));
            case FlowSequenceEnd, FlowMappingEnd, BlockEnd -> {
                if (levels.size() > 1) {
                    levels.pop();
                }
            }
            case Key -> level().explicitKey = spot.isWritten();
            case Value -> {
                return level().explicitKey;
            }
            case Anchor -> anchor(spot, ((AnchorToken) spot.token()).getValue().getValue());
            case Scalar -> {
                return scalar(spot, (ScalarToken) spot.token());
            }
            default -> {}
        }
        return spot.id() == Token.ID.BlockEntry || spot.id() == Token.ID.Key || spot.id() == Token.ID.StreamStart;
    }

    private static String refused() {
        return "; the fmf command refuses this file";
    }

    private void anchor(Tokens.Spot spot, String name) {
        if (!name.chars().allMatch(c -> Repairs.isOfName((char) c))) {
            tell(
                    Kind.NAME,
                    spot.start(),
                    "the anchor name '&" + name + "' has characters other than a-z, A-Z, 0-9, '_' and '-'" + refused());
        }
        if (!anchors.add(name)) {
            tell(
                    Kind.TWICE,
                    spot.start(),
                    "the anchor '&" + name + "' is already defined: use another name" + refused());
        }
    }

    private boolean scalar(Tokens.Spot spot, ScalarToken scalar) {
        boolean block = scalar.getStyle() == ScalarStyle.LITERAL || scalar.getStyle() == ScalarStyle.FOLDED;
        if (block) {
            indentation(spot);
        } else if (scalar.isPlain()) {
            plainLines(spot.start(), spot.end(), indent());
            if (level().flow) {
                inBrackets(spot);
            }
        }
        return block;
    }

    private void inBrackets(Tokens.Spot spot) {
        String scalar = text.substring(spot.start(), spot.end());
        int next = spot.end();
        while (next < text.length() && text.charAt(next) == ' ') {
            next++;
        }
        boolean colonFollows =
                next + 1 < text.length() && text.charAt(next) == ':' && " \t\n".indexOf(text.charAt(next + 1)) < 0;
        if (scalar.indexOf(':') >= 0 || scalar.indexOf('?') >= 0 || colonFollows) {
            tell(
                    Kind.COLON,
                    spot.start(),
                    "an unquoted ':' or '?' in brackets: quote the text, or put a blank after the ':'" + refused());
        }
    }

    /**
     * Checks the gap between two tokens outside of brackets. After a plain scalar its own rule applies until a
     * comment begins.
     */
    private void gap(int from, int to, boolean keyAllowed, int plainIndent) {
        int at = from;
        if (plainIndent > -2) {
            int comment = text.indexOf('#', from);
            at = comment < 0 || comment > to ? to : comment;
            plainLines(from, at, plainIndent);
        }
        boolean allowed = keyAllowed;
        for (; at < to; at++) {
            switch (text.charAt(at)) {
                case '\n' -> allowed = true;
                case '#' -> {
                    int lineEnd = text.indexOf('\n', at);
                    at = (lineEnd < 0 || lineEnd > to ? to : lineEnd) - 1;
                }
                case '\t' -> {
                    if (allowed) {
                        tab(at);
                    }
                }
                default -> {}
            }
        }
    }

    private void tab(int at) {
        tell(Kind.TAB, at, "a tab where only spaces are allowed: replace it" + refused());
    }

    private void plainLines(int start, int end, int indent) {
        for (int line = text.indexOf('\n', start); line >= 0 && line < end; line = text.indexOf('\n', line + 1)) {
            int at = line + 1;
            while (at < end && text.charAt(at) == ' ') {
                at++;
            }
            if (at < end && text.charAt(at) == '\t' && at - line - 1 < indent + 1) {
                tab(at);
            }
        }
    }

    /** Checks for tabs in the indentation of a block. */
    private void indentation(Tokens.Spot spot) {
        int header = text.indexOf('\n', spot.start());
        int indent = givenIndent(spot, header);
        for (int line = header; line >= 0 && line < spot.end(); line = text.indexOf('\n', line + 1)) {
            int at = line + 1;
            while (at < spot.end() && text.charAt(at) == ' ') {
                at++;
            }
            boolean tab = at < spot.end() && text.charAt(at) == '\t';
            if (tab && (indent < 0 || at - line - 1 < indent)) {
                tab(at);
            }
            boolean blank = at >= spot.end() || text.charAt(at) == '\n' || tab;
            indent = indent < 0 && !blank ? at - line - 1 : indent;
        }
    }

    /** Returns the indentation that the header sets; -1 if the first line of the block does. */
    private int givenIndent(Tokens.Spot spot, int header) {
        int end = Math.min(header < 0 ? text.length() : header, spot.start() + 3);
        for (int at = spot.start() + 1; at < end; at++) {
            char c = text.charAt(at);
            if (c >= '1' && c <= '9') {
                return Math.max(0, indent()) + c - '0';
            }
        }
        return -1;
    }
}
