package dev.atex.executor.fmf;

import dev.atex.fmf.InvalidValueException;
import dev.atex.fmf.NamePattern;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A link that a section looks for: {@code RELATION:TARGET} or {@code TARGET}, both regular expressions. */
record LinkNeedle(NamePattern relation, NamePattern target) {
    private static final String USUAL = "relates";

    static LinkNeedle of(String text) throws InvalidValueException {
        int colon = text.indexOf(':');
        boolean both = colon > 0 && !text.startsWith("//", colon + 1);
        return new LinkNeedle(
                NamePattern.of(both ? text.substring(0, colon) : ""),
                NamePattern.of(both ? text.substring(colon + 1) : text));
    }

    /** Whether one of the links of a test is such a one. */
    boolean isIn(@Nullable Object links) throws InvalidValueException {
        for (Object link : Metadata.items(links)) {
            if (link instanceof Map<?, ?> map) {
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    if (!"note".equals(entry.getKey())
                            && matches(String.valueOf(entry.getKey()), String.valueOf(entry.getValue()))) {
                        return true;
                    }
                }
            } else if (matches(USUAL, String.valueOf(link))) {
                return true;
            }
        }
        return false;
    }

    private boolean matches(String itsRelation, String itsTarget) throws InvalidValueException {
        return relation.isIn(itsRelation) && target.isIn(itsTarget);
    }
}
