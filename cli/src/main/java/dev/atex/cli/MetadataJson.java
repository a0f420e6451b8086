package dev.atex.cli;

import dev.atex.fmf.Yaml;
import dev.atex.json.JsonNumber;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Metadata as JSON, which has fewer types: what it lacks becomes text. */
final class MetadataJson {
    private MetadataJson() {}

    /** A value of {@link dev.atex.fmf} as one of {@link dev.atex.json}: dates in ISO 8601, bytes in base64. */
    static @Nullable Object of(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case String _, Boolean _, Integer _, Long _ -> value;
            case BigInteger number -> new JsonNumber(number.toString());
            case Double number when Double.isFinite(number) -> new JsonNumber(number.toString());
            case byte[] bytes -> Base64.getEncoder().encodeToString(bytes);
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> object = new LinkedHashMap<>();
                map.forEach((key, item) -> object.put(Yaml.text(key), of(item)));
                yield object;
            }
            case Collection<?> items -> {
                List<@Nullable Object> list = new ArrayList<>();
                items.forEach(item -> list.add(of(item)));
                yield list;
            }
            default -> value.toString();
        };
    }
}
