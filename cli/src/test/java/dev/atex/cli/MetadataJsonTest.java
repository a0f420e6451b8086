package dev.atex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.fmf.Yaml;
import dev.atex.json.Json;
import org.junit.jupiter.api.Test;

class MetadataJsonTest {
    @Test
    void whatJsonLacksBecomesText() throws Exception {
        Object value = Yaml.read("""
                date: 2026-11-24
                big: 123456789012345678901234567890
                float: 1.5
                nan: .nan
                bytes: !!binary aGVsbG8=
                1: number
                true: flag
                nothing:
                set: !!set {a: }
                """);
        assertThat(Json.write(MetadataJson.of(value)))
                .isEqualTo(
                        "{\"date\":\"2026-11-24\",\"big\":123456789012345678901234567890,\"float\":1.5,\"nan\":\"NaN\","
                                + "\"bytes\":\"aGVsbG8=\",\"1\":\"number\",\"True\":\"flag\",\"nothing\":null,\"set\":[\"a\"]}");
    }
}
