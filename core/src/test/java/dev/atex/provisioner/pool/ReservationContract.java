package dev.atex.provisioner.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.provisioner.ProvisionException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link Reservation} promises. */
@Timeout(600)
public abstract class ReservationContract {

    /** For subclasses. */
    protected ReservationContract() {}

    /** A new one, of a machine that can be had. */
    protected abstract Reservation create() throws Exception;

    /** Far enough away never to come in a test that passes. */
    protected static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(5));
    }

    @Test
    void reservesConnectedMachineUntilClosed() throws Exception {
        Connection connection;
        try (Reservation one = create()) {
            connection = one.reserve();
            assertThat(connection.run(Command.of("echo", "hello"), soon()).stdoutText())
                    .isEqualTo("hello\n");
        }
        assertThatThrownBy(() -> connection.run(Command.of("true"), soon())).isInstanceOf(ConnectionException.class);
    }

    @Test
    void abortBeforeReservePreventsReservation() throws Exception {
        Reservation one = create();
        one.abort(soon());
        one.abort(soon());
        assertThatThrownBy(one::reserve).isInstanceOf(ProvisionException.class);
    }

    @Test
    void abortEndsRunningReservation() throws Exception {
        Reservation one = create();
        try (TaskScope scope = TaskScope.open("test")) {
            var reserving = scope.fork("reserve", one::reserve);
            one.abort(soon());
            try {
                Connection faster = reserving.join(soon());
                assertThatThrownBy(() -> faster.run(Command.of("true"), soon()))
                        .isInstanceOf(ConnectionException.class);
            } catch (ExecutionException e) {
                assertThat(e).hasCauseInstanceOf(ProvisionException.class);
            }
        }
    }

    @Test
    void abortIsIdempotent() throws Exception {
        Reservation one = create();
        one.reserve();
        try (TaskScope scope = TaskScope.open("test")) {
            var first = scope.run("first", () -> one.abort(soon()));
            var second = scope.run("second", () -> one.abort(soon()));
            first.join(soon());
            second.join(soon());
        }
        one.abort(soon());
    }

    @Test
    void interruptEndsReservationAndAbortFreesTheRest() throws Exception {
        Reservation one = create();
        Thread.currentThread().interrupt();
        assertThatThrownBy(one::reserve).isInstanceOf(InterruptedException.class);
        one.abort(soon());
    }
}
