package dev.atex.executor.fmf.metadata;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the line that a value is written in. */
@FunctionalInterface
public interface Place {
    /** Returns the place of a value, below these keys and indexes. */
    Optional<String> of(@Nullable Object value, Object... path);
}
