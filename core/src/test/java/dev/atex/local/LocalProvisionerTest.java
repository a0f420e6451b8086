package dev.atex.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.LeaseLog;
import dev.atex.local.process.Means;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerContract;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.Provisioners;
import dev.atex.provisioner.pool.Reservation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalProvisionerTest extends ProvisionerContract {
    @Override
    protected Provisioner createWithTwo() throws Exception {
        return Provisioners.load()
                .create(ProvisionerSpec.parse("local,max=2"), new ProvisionerContext("test", LeaseLog.unrecorded()));
    }

    @Test
    void meansOfContainmentAreReportedOnce() throws Exception {
        List<String> notices = Collections.synchronizedList(new ArrayList<>());
        ContainmentNotice notice = new ContainmentNotice(notices::add);
        for (String name : List.of("one", "two")) {
            Reservation reservation =
                    new LocalReservation(name, Optional.of(Means.MARK), LeaseLog.unrecorded(), notice);
            reservation.reserve();
            reservation.abort(Deadline.after(Duration.ofSeconds(30)));
        }
        notice.accept(Means.CGROUP);
        assertThat(notices)
                .containsExactly(
                        "local: processes of tests are contained by marks that processes inherit (contain=mark)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "cgroup", "systemd", "namespace", "mark"})
    void everyMeansCanBeChosen(String word) throws Exception {
        ProvisionerSpec spec = ProvisionerSpec.parse("local,contain=" + word);
        assertThat(Provisioners.load().create(spec, new ProvisionerContext("test", LeaseLog.unrecorded())))
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "MARK", "subreaper"})
    void otherMeansAreRefused(String word) throws Exception {
        ProvisionerSpec spec = ProvisionerSpec.parse("local,contain='" + word + "'");
        assertThatThrownBy(
                        () -> Provisioners.load().create(spec, new ProvisionerContext("test", LeaseLog.unrecorded())))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContainingAll("contain", "auto, cgroup, systemd, namespace, mark");
    }
}
