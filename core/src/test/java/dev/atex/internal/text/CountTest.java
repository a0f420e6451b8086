package dev.atex.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import dev.atex.provisioner.Expiry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CountTest {
    @Test
    void oneHasSingularNoun() {
        assertThat(Count.of(0, "test")).isEqualTo("0 tests");
        assertThat(Count.of(1, "test")).isEqualTo("1 test");
        assertThat(Count.of(2, "test")).isEqualTo("2 tests");
    }

    @Test
    void expiryOfOneMinuteHasSingularNoun() {
        assertThat(new Expiry(Duration.ofMinutes(1), Deadline.never()).reason())
                .isEqualTo("the machine's 1 minute was over");
        assertThat(new Expiry(Duration.ofMinutes(180), Deadline.never()).reason())
                .isEqualTo("the machine's 180 minutes were over");
    }
}
