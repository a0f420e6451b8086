package dev.atex.cli.selection;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.cli.command.UsageException;
import dev.atex.internal.json.Json;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MetadataJsonTest {
    @Test
    void valuesWithoutJsonTypeBecomeText() throws UsageException {
        Map<Object, Object> value = new LinkedHashMap<>();
        value.put("date", LocalDate.of(2026, 11, 24));
        value.put("big", BigInteger.TEN.pow(25));
        value.put("float", 1.5);
        value.put("nan", Double.NaN);
        value.put("bytes", "hello".getBytes(US_ASCII));
        value.put(1L, "number");
        value.put(true, "flag");
        value.put("nothing", null);
        value.put("set", Set.of("a"));
        assertThat(Json.write(MetadataJson.of(value)))
                .isEqualTo(
                        "{\"date\":\"2026-11-24\",\"big\":10000000000000000000000000,\"float\":1.5,\"nan\":\"NaN\","
                                + "\"bytes\":\"aGVsbG8=\",\"1\":\"number\",\"True\":\"flag\",\"nothing\":null,\"set\":[\"a\"]}");
    }
}
