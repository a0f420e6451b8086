package dev.atex.fmf.python;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Python's tuple: a YAML sequence used as a key, or an item of {@code !!pairs}. */
public record Tuple(List<@Nullable Object> items) {}
