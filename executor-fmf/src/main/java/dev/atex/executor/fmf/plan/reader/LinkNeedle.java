package dev.atex.executor.fmf.plan.reader;

import dev.atex.executor.fmf.metadata.Metadata;
import dev.atex.fmf.InvalidValueException;
import dev.atex.fmf.NamePattern;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A link that a section looks for: {@code RELATION:TARGET} or {@code TARGET}, both regular expressions. */
public record LinkNeedle(NamePattern relation, NamePattern target) {
    private static final String USUAL = "relates";

    public static LinkNeedle of(String text) throws InvalidValueException {
        int colon = text.indexOf(':');
        boolean both = colon > 0 && !text.startsWith("//", colon + 1);
        return new LinkNeedle(
                NamePattern.of(both ? text.substring(0, colon) : ""),
                NamePattern.of(both ? text.substring(colon + 1) : text));
    }

    /** Returns whether one of the links of a test matches. */
    public boolean isIn(@Nullable Object links) throws InvalidValueException {
        for (Object link : Metadata.items(links)) {
            if (link instanceof Map<?, ?> map) {
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    if (entry.getKey() instanceof String itsRelation
                            && !itsRelation.equals("note")
                            && matches(itsRelation, entry.getValue())) {
                        return true;
                    }
                }
            } else if (matches(USUAL, link)) {
                return true;
            }
        }
        return false;
    }

    private boolean matches(String itsRelation, @Nullable Object itsTarget) throws InvalidValueException {
        return itsTarget instanceof String text && relation.isIn(itsRelation) && target.isIn(text);
    }
}
