package dev.atex.executor.fmf.control;

import dev.atex.internal.json.JsonNumber;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** About how many bytes of memory a JSON value takes in a 64-bit JVM with compressed pointers; rather more than less. */
final class HeapEstimate {
    private static final int STRING = 56;
    private static final int ENTRY = 64;
    private static final int CONTAINER = 64;
    private static final int REFERENCE = 8;

    private HeapEstimate() {}

    static long of(@Nullable Object value) {
        return switch (value) {
            case String s -> STRING + 2L * s.length();
            case JsonNumber n -> STRING + 16L + n.text().length();
            case Map<?, ?> map -> {
                long sum = CONTAINER;
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    sum += ENTRY + of(entry.getKey()) + of(entry.getValue());
                }
                yield sum;
            }
            case List<?> list -> {
                long sum = CONTAINER;
                for (Object item : list) {
                    sum += REFERENCE + of(item);
                }
                yield sum;
            }
            case null, default -> 0; // true, false and null are shared
        };
    }
}
