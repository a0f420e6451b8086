package dev.atex.fmf.yaml;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** An error that was found while values were built from events. */
final class YamlFailure extends RuntimeException {
    private final String kind;
    private final transient @Nullable Mark mark;

    YamlFailure(String kind, String message, Optional<Mark> mark) {
        super(message, null, false, false);
        this.kind = kind;
        this.mark = mark.orElse(null);
    }

    YamlProblem problem(Source source) {
        return source.problem(kind, String.valueOf(getMessage()), mark);
    }
}
