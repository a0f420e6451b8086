package dev.atex.cli.selection;

import dev.atex.cli.command.UsageException;
import dev.atex.fmf.Yaml;
import dev.atex.internal.json.JsonNumber;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Converts metadata to JSON; values of types that JSON lacks become text. */
public final class MetadataJson {
    private static final int MAX_VALUES = 10_000_000;
    private static final int MAX_DEPTH = 1000;

    private int values;

    private MetadataJson() {}

    /**
     * Converts a value of {@link dev.atex.fmf} to one of {@link dev.atex.internal.json}: dates in ISO 8601, bytes in base64.
     *
     * @throws UsageException the value contains itself, or too many values, which a few lines of YAML can do
     */
    public static @Nullable Object of(@Nullable Object value) throws UsageException {
        return new MetadataJson().convert(value, 0);
    }

    private @Nullable Object convert(@Nullable Object value, int depth) throws UsageException {
        if (depth > MAX_DEPTH || ++values > MAX_VALUES) {
            throw new UsageException(
                    "the metadata cannot be shown as JSON: a value contains itself, or there are more than "
                            + MAX_VALUES + " of them");
        }
        return switch (value) {
            case null -> null;
            case String _, Boolean _, Integer _, Long _ -> value;
            case BigInteger number -> new JsonNumber(number.toString());
            case Double number when Double.isFinite(number) -> new JsonNumber(number.toString());
            case byte[] bytes -> Base64.getEncoder().encodeToString(bytes);
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> object = new LinkedHashMap<>();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    object.put(Yaml.text(entry.getKey()), convert(entry.getValue(), depth + 1));
                }
                yield object;
            }
            case Collection<?> items -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (Object item : items) {
                    list.add(convert(item, depth + 1));
                }
                yield list;
            }
            default -> value.toString();
        };
    }
}
