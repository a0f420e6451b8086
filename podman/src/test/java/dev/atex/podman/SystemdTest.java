package dev.atex.podman;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Exit;
import dev.atex.connection.RemoteProcess;
import dev.atex.lease.LeaseLog;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.pool.Reservation;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Containers that boot. */
@Timeout(300)
@Tag("slow")
@ExtendWith(TestbedAlone.class)
class SystemdTest {
    private static final String START_OF_INIT = "cut -d ' ' -f 22 /proc/1/stat";

    private static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(2));
    }

    private static Reservation reservation() throws Exception {
        ContainerOptions options = new ContainerOptions(
                Testbed.systemdImage(),
                ContainerOptions.Pull.NEVER,
                true,
                Testbed.options().options(),
                java.util.List.of(),
                Duration.ofHours(1),
                ContainerOptions.LONGEST_CREATE);
        return new ContainerReservation(
                "booting",
                Testbed.engine(),
                options,
                new Image(Testbed.engine(), options),
                new ProvisionerContext("test", LeaseLog.unrecorded()));
    }

    private static String sh(Connection connection, String script) throws Exception {
        return connection
                .run(Command.of("sh", "-c", script), soon())
                .stdoutText()
                .strip();
    }

    @Test
    void containerIsUpWhenReadyAndSurvivesReboot() throws Exception {
        try (Reservation reservation = reservation()) {
            Connection connection = reservation.reserve();
            assertThat(sh(connection, "systemctl is-system-running")).isIn("running", "degraded");
            assertThat(sh(connection, "cat /proc/1/comm")).isEqualTo("systemd");
            String first = sh(connection, START_OF_INIT);
            sh(connection, "echo kept > /var/kept");
            for (int boot = 1; boot <= 2; boot++) {
                RemoteProcess watching = connection.start(Command.of("sleep", "1000"));
                sh(connection, "systemctl reboot");
                assertThat(watching.await(soon())).isNotEqualTo(new Exit.Code(0));
                reconnect(connection);
                String now = sh(connection, START_OF_INIT);
                assertThat(Long.parseLong(now)).isGreaterThan(Long.parseLong(first));
                first = now;
                assertThat(sh(connection, "cat /var/kept")).isEqualTo("kept");
            }
        }
    }

    /** Refused during shutdown, like by a machine. */
    private static void reconnect(Connection connection) throws Exception {
        Deadline deadline = soon();
        while (true) {
            connection.disconnect();
            try {
                connection.connect(soon());
                return;
            } catch (ConnectionException e) {
                assertThat(deadline.isExpired()).as(e.toString()).isFalse();
            }
        }
    }
}
