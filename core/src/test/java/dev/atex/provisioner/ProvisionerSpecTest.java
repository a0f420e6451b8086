package dev.atex.provisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.lease.LeaseLog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProvisionerSpecTest {
    @Test
    void readsKindAndOptions() throws Exception {
        ProvisionerSpec spec = ProvisionerSpec.parse("ssh,hosts=a;b\\;c;'d;e',user=\"x, \\\"y\\\"\",sudo,p=a\\,b\\\\c");
        assertThat(spec.kind()).isEqualTo("ssh");
        assertThat(spec.list("hosts")).containsExactly("a", "b;c", "d;e");
        assertThat(spec.text("hosts")).contains("a;b;c;d;e");
        assertThat(spec.text("user")).contains("x, \"y\"");
        assertThat(spec.flag("sudo", false)).isTrue();
        assertThat(spec.text("p")).contains("a,b\\c");
        assertThat(spec.list("none")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ",max=1", "local,", "local,=1", "local,max=1,max=2", "local,a=\"x", "local,a=x\\", "lo cal"})
    void malformedSpecificationsAreRefused(String text) {
        assertThatThrownBy(() -> ProvisionerSpec.parse(text))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "101", "x", "", "1.5", "99999999999"})
    void numbersOutOfRangeAreRefused(String value) {
        ProvisionerSpec spec = new ProvisionerSpec("local", Map.of("max", value));
        assertThatThrownBy(() -> spec.integer("max", 1, 1, 100))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("from 1 to 100")
                .hasMessageContaining("max");
    }

    @ParameterizedTest
    @CsvSource({
        "90,PT90S",
        "250ms,PT0.25S",
        "1s500ms,PT1.5S",
        "10m,PT10M",
        "1h30m,PT1H30M",
        "2d,PT48H",
        "0s,PT0S",
        "1.5h,PT1H30M"
    })
    void durationsAreParsed(String text, Duration expected) throws Exception {
        assertThat(ProvisionerSpec.parse("k,t=" + text).duration("t", Duration.ZERO))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"m", "1x", "-1", "1h 2", "1.5.h"})
    void malformedDurationsAreRefused(String text) throws Exception {
        ProvisionerSpec spec = ProvisionerSpec.parse("k,t=" + text);
        assertThatThrownBy(() -> spec.duration("t", Duration.ZERO)).isInstanceOf(InvalidOptionException.class);
    }

    @Test
    void writtenSpecificationIsParsed() throws Exception {
        Random random = new Random(3);
        String alphabet = "ab,;\\'\"= é";
        for (int i = 0; i < 5_000; i++) {
            StringBuilder value = new StringBuilder();
            random.ints(random.nextInt(8), 0, alphabet.length()).forEach(index -> value.append(alphabet.charAt(index)));
            ProvisionerSpec spec = new ProvisionerSpec("k", Map.of("o", value.toString()));
            ProvisionerSpec read = ProvisionerSpec.parse(spec.toString());
            assertThat(read.text("o")).as(spec.toString()).isEqualTo(spec.text("o"));
        }
    }

    @Test
    void unknownWordsAreErrorsWithSuggestion() throws Exception {
        Provisioners provisioners = Provisioners.load();
        ProvisionerContext context = new ProvisionerContext("test", LeaseLog.unrecorded());
        assertThatThrownBy(() -> provisioners.create(ProvisionerSpec.parse("locla"), context))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessage("there is no provisioner 'locla', did you mean 'local'? Known: local");
        assertThatThrownBy(() -> provisioners.create(ProvisionerSpec.parse("local,mx=1"), context))
                .hasMessageContaining("did you mean 'max'?");
        assertThat(provisioners.factories())
                .extracting(ProvisionerFactory::kind)
                .isEqualTo(List.of("local"));
    }
}
