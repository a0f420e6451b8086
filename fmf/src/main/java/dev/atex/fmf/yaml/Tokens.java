package dev.atex.fmf.yaml;

import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.scanner.ScannerImpl;
import org.snakeyaml.engine.v2.tokens.Token;

/** The tokens of a document with their places; for the few documents that must be looked at closely. */
final class Tokens {
    /** A token, and where it is: offsets of characters in the text, which the engine counts in code points. */
    record Spot(Token token, int start, int end) {
        Token.ID id() {
            return token.getTokenId();
        }

        /** Whether something stands there: a token of its own for what comes next, such as a key, does not. */
        boolean isWritten() {
            return end > start;
        }
    }

    private Tokens() {}

    /** All tokens, up to a mistake if there is one. */
    static List<Spot> of(Source source) {
        LoadSettings settings = source.settings(true);
        ScannerImpl scanner = new ScannerImpl(settings, source.reader(settings));
        List<Spot> spots = new ArrayList<>();
        Offsets offsets = new Offsets(source.text());
        try {
            while (scanner.hasNext()) {
                Token token = scanner.next();
                int start = offsets.of(token.getStartMark().orElseThrow().getIndex());
                spots.add(new Spot(
                        token,
                        start,
                        offsets.of(token.getEndMark().orElseThrow().getIndex())));
            }
        } catch (YamlEngineException | NumberFormatException e) {
            return spots; // the parser says what is wrong
        }
        return spots;
    }

    /** From offsets of code points to those of characters, near the last one that was asked for. */
    private static final class Offsets {
        private final String text;
        private int points;
        private int at;

        Offsets(String text) {
            this.text = text;
        }

        int of(int codePoint) {
            at = text.offsetByCodePoints(at, codePoint - points);
            points = codePoint;
            return at;
        }
    }
}
