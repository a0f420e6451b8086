package dev.atex.podman;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.LeaseLog;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.Provisioners;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A missing image is pulled once, however many machines are requested. */
@Timeout(300)
@Tag("slow")
@ExtendWith(TestbedAlone.class)
class NoSuchImageTest {
    private static Provisioner of(String options) throws Exception {
        Testbed.engine(); // the test is skipped without it
        return Provisioners.load()
                .create(
                        ProvisionerSpec.parse("podman," + options),
                        new ProvisionerContext("test", LeaseLog.unrecorded()));
    }

    @Test
    void unknownImageIsError() throws Exception {
        try (Provisioner machines = of("max=4,image=localhost/there-is-no-such-image")) {
            machines.start();
            machines.provision(30);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> machines.remote(Deadline.after(Duration.ofMinutes(4))))
                        .isInstanceOfSatisfying(
                                ProvisionException.class,
                                e -> assertThat(e.extent()).isEqualTo(ProvisionException.Extent.PROVISIONER))
                        .hasMessageContainingAll("cannot pull the image", "Check its name");
            }
        }
    }

    @Test
    void missingImageWithPullNeverIsError() throws Exception {
        try (Provisioner machines = of("image=localhost/there-is-no-such-image,pull=never")) {
            assertThatThrownBy(machines::start)
                    .isInstanceOfSatisfying(
                            ProvisionException.class,
                            e -> assertThat(e.extent()).isEqualTo(ProvisionException.Extent.PROVISIONER))
                    .hasMessageContaining("pull=never forbids");
        }
    }
}
