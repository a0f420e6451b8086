package dev.atex.testingfarm.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.internal.json.Json;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionerSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HardwareTest {
    private static String of(String hardware, String... more) throws InvalidOptionException {
        ProvisionerSpec spec = new ProvisionerSpec(
                "testingfarm", Map.of("hardware", hardware, "check", more.length > 0 ? more[0] : "true"));
        return Json.write(Hardware.of(spec).orElseThrow());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "memory=>= 8 GB|{\"memory\":\">= 8 GB\"}",
                "memory>=8 GB|{\"memory\":\">=8 GB\"}",
                "memory=>= 8 GB;disk.size=>= 40 GB|{\"memory\":\">= 8 GB\",\"disk\":[{\"size\":\">= 40 GB\"}]}",
                "disk.size=>= 40 GB;disk.size=>= 10 GB|{\"disk\":[{\"size\":\">= 40 GB\"},{\"size\":\">= 10 GB\"}]}",
                "disk[0].size=>= 40 GB;disk[0].driver=nvme;disk[1].size=1 GB"
                        + "|{\"disk\":[{\"size\":\">= 40 GB\",\"driver\":\"nvme\"},{\"size\":\"1 GB\"}]}",
                "cpu.flag=avx;cpu.flag=sse2;cpu.processors=>= 4|{\"cpu\":{\"flag\":[\"avx\",\"sse2\"],\"processors\":\">= 4\"}}",
                "compatible.distro=rhel-9|{\"compatible\":{\"distro\":[\"rhel-9\"]}}",
                "virtualization.is-virtualized=false|{\"virtualization\":{\"is-virtualized\":false}}",
                "cpu.model-name=~ Xeon|{\"cpu\":{\"model-name\":\"~ Xeon\"}}",
                "cpu.cores== 4|{\"cpu\":{\"cores\":\"== 4\"}}",
                "tpm.version=2.0|{\"tpm\":{\"version\":\"2.0\"}}",
                "{\"or\": [{\"memory\": \"4 GB\"}, {\"and\": [{\"hostname\": \"~ a\"}]}]}"
                        + "|{\"or\":[{\"memory\":\"4 GB\"},{\"and\":[{\"hostname\":\"~ a\"}]}]}",
            })
    void allFormsAreParsed(String given, String json) throws Exception {
        assertThat(of(given)).isEqualTo(json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "memroy=>= 8 GB|there is no 'memroy', did you mean 'memory'?",
                "{\"memroy\": \">= 8 GB\"}|there is no 'memroy', did you mean 'memory'?",
                "disk.sise=>= 8 GB|there is no 'sise' in 'disk', did you mean 'size'?",
                "{\"disk\": [{\"sise\": 1}]}|there is no 'sise' in 'disk', did you mean 'size'?",
                "{\"and\": [{\"cpu\": {\"core\": 1}}]}|there is no 'core' in 'cpu', did you mean 'cores'?",
                "{\"disk\": {\"size\": \"1 GB\"}}|'disk' must be a list, as in disk",
                "memory=lots|'memory' must be a number with a unit",
                "memory=>= 8 XB|'memory' must be a number with a unit",
                "cpu.cores=many|'cpu.cores' must be a number",
                "cpu=4|'cpu' must have a requirement, as in cpu.",
                "cpu.hyper-threading=perhaps|must be true or false",
                "memory=|'memory' must be a number with a unit",
                "memory=1 GB;x|'x' must be NAME=VALUE",
                "{}|must be a JSON object",
                "[]|cannot read the file",
                "{\"or\": {}}|'or' must be a list",
                "{\"or\": []}|'or' must be a list of specifications",
                "{\"cpu\": {\"and\": [{\"cores\": 1}]}}|there is no 'and' in 'cpu'",
                "{\"cpu\": {}}|'cpu' must have a requirement",
                "{\"disk\": []}|'disk' must be a list",
                "{\"hostname\": \"\"}|'hostname' must be a text",
            })
    void invalidHardwareIsExplained(String given, String message) {
        assertThatThrownBy(() -> of(given))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("option 'hardware': ")
                .hasMessageContaining(message);
    }

    @Test
    void unknownKeysCanBeRequested() throws Exception {
        assertThat(of("cpu.cache=>= 1 MB", "false")).isEqualTo("{\"cpu\":{\"cache\":\">= 1 MB\"}}");
    }

    @Test
    void fileMayBeJsonOrYaml(@TempDir Path here) throws Exception {
        Path json = Files.writeString(here.resolve("a.json"), "{\"memory\": \">= 8 GB\", \"cpu\": {\"cores\": 2}}");
        Path yaml = Files.writeString(here.resolve("b.yaml"), "memory: '>= 8 GB'\ncpu:\n  cores: 2\n");
        Path numbers = Files.writeString(here.resolve("d.yaml"), "tpm: {version: 2.0}\nmemory: 99999999999999999999\n");
        assertThat(of(numbers.toString())).isEqualTo("{\"tpm\":{\"version\":2.0},\"memory\":99999999999999999999}");
        Path wrong = Files.writeString(here.resolve("c.yaml"), "a: [\n");
        assertThat(of(json.toString())).isEqualTo("{\"memory\":\">= 8 GB\",\"cpu\":{\"cores\":2}}");
        assertThat(of(yaml.toString())).isEqualTo(of(json.toString()));
        assertThatThrownBy(() -> of(wrong.toString())).hasMessageContaining("neither JSON nor YAML");
    }
}
