package dev.atex.fmf.yaml;

import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.scanner.ScannerImpl;
import org.snakeyaml.engine.v2.tokens.Token;

/** The tokens of a document with their places, for the few documents that need a close look. */
final class Tokens {
    /** A token and its range: offsets of characters in the text, which the engine counts in code points. */
    record Spot(Token token, int start, int end) {
        Token.ID id() {
            return token.getTokenId();
        }

        /** Returns whether the token has text: tokens that only announce the next one, such as a key, have none. */
        boolean isWritten() {
            return end > start;
        }
    }

    private Tokens() {}

    /** Returns all tokens, up to an error if there is one. */
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
            return spots; // the parser reports the error
        }
        return spots;
    }

    /** Converts offsets of code points to those of characters, near the last conversion. */
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
