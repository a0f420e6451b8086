package dev.atex.provisioner.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Connection;
import dev.atex.lease.Lease;
import dev.atex.lease.LeaseLog;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ReleaseException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A service whose answer to a create is lost, and that makes the machine when it has been looked for so often. */
@Timeout(60)
class LateCreateTest {
    private int looks;
    private int appears;
    private boolean there;
    private boolean gone;

    private final LeaseLog log = (_, _) -> new Lease() {
        @Override
        public String id() {
            return "run-1";
        }

        @Override
        public void have(Map<String, String> locator) {}

        @Override
        public void releasing() {}

        @Override
        public void gone() {
            gone = true;
        }
    };

    private final class Machine extends AbstractReservation {
        private final boolean answered;
        private final Duration longest;

        Machine(boolean answered, Duration longest) {
            super("machine", log);
            this.answered = answered;
            this.longest = longest;
        }

        @Override
        protected Connection acquire() throws ProvisionException, InterruptedException {
            intend("thing", Map.of());
            if (answered) {
                have(Map.of());
            }
            throw new ProvisionException("no answer");
        }

        @Override
        protected void free(Deadline deadline) {
            there = false;
            looks++;
            if (looks == appears) {
                there = true;
            }
        }

        @Override
        protected Duration longestCreate() {
            return longest;
        }

        void fail() {
            assertThatThrownBy(this::reserve).isInstanceOf(ProvisionException.class);
        }
    }

    @Test
    void lateMachineIsFreed() throws Exception {
        for (appears = 1; appears <= 2; appears++) {
            looks = 0;
            gone = false;
            Machine machine = new Machine(false, Duration.ofMillis(10));
            machine.fail();
            machine.abort(Deadline.after(Duration.ofMinutes(1)));
            assertThat(looks).isEqualTo(3);
            assertThat(there).as("made after look " + appears).isFalse();
            assertThat(gone).isTrue();
        }
    }

    @Test
    void machineWithKnownFateIsFreedOnce() throws Exception {
        for (Machine machine : new Machine[] {
            new Machine(true, Duration.ofDays(1)), new Machine(false, Duration.ZERO),
        }) {
            looks = 0;
            gone = false;
            machine.fail();
            machine.abort(Deadline.after(Duration.ofMinutes(1)));
            assertThat(looks).isEqualTo(1);
            assertThat(gone).isTrue();
        }
    }

    @Test
    void lateMachineBeyondDeadlineStaysOpen() {
        Machine machine = new Machine(false, Duration.ofDays(1));
        machine.fail();
        assertThatThrownBy(() -> machine.abort(Deadline.after(Duration.ofSeconds(1))))
                .isInstanceOf(ReleaseException.class)
                .hasMessageContaining("may still create it");
        assertThat(gone).isFalse();
    }
}
