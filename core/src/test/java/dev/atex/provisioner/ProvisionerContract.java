package dev.atex.provisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.internal.concurrent.TaskScope;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link Provisioner} promises. */
@Timeout(600)
public abstract class ProvisionerContract {
    private Provisioner provisioner;

    /** For subclasses. */
    protected ProvisionerContract() {}

    /** A new provisioner, not started, with at most two machines at a time. */
    protected abstract Provisioner createWithTwo() throws Exception;

    /** Far enough away never to come in a test that passes. */
    protected static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(5));
    }

    @BeforeEach
    void start() throws Exception {
        provisioner = createWithTwo();
        provisioner.start();
    }

    @AfterEach
    void stop() throws Exception {
        provisioner.stop(soon());
    }

    private Remote next() throws Exception {
        return provisioner.remote(soon()).orElseThrow();
    }

    @Test
    void onlyRequestedMachinesCome() throws Exception {
        assertThat(provisioner.remoteNow()).isEmpty();
    }

    @Test
    void returnsConnectedMachinesWithUniqueNames() throws Exception {
        provisioner.provision(2);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 2; i++) {
            Remote remote = next();
            names.add(remote.name());
            assertThat(remote.run(Command.of("echo", "hello"), soon()).stdoutText())
                    .isEqualTo("hello\n");
        }
        assertThat(names).hasSize(2);
    }

    @Test
    void releaseServesNextRequest() throws Exception {
        provisioner.provision(3);
        Remote first = next();
        next();
        assertThat(provisioner.remoteNow()).isEmpty();
        first.release(soon());
        first.release(soon());
        assertThat(next().name()).isNotEqualTo(first.name());
        assertThat(provisioner.remoteNow()).isEmpty();
    }

    @Test
    void asManyAsPossibleRefillsUntilCleared() throws Exception {
        provisioner.provision(Provisioner.AS_MANY_AS_POSSIBLE);
        for (int i = 0; i < 3; i++) {
            next().release(soon());
        }
        provisioner.clear();
        Optional<Remote> left = provisioner.remote(soon());
        assertThat(left).isPresent();
    }

    @Test
    void clearDropsRequestsThatHaveNotStarted() throws Exception {
        provisioner.provision(5);
        Remote first = next();
        assertThat(provisioner.clear()).isEqualTo(3);
        next();
        first.release(soon());
        assertThat(provisioner.remoteNow()).isEmpty();
    }

    @Test
    void stopReleasesReturnedMachines() throws Exception {
        provisioner.provision(4);
        Remote remote = next();
        provisioner.stop(soon());
        provisioner.stop(soon());
        assertThatThrownBy(() -> remote.run(Command.of("true"), soon()))
                .isInstanceOf(dev.atex.connection.ConnectionException.class);
        remote.release(soon());
    }

    @Test
    void stopEndsWaitForMachine() throws Exception {
        try (TaskScope scope = TaskScope.open("test")) {
            TaskScope.Task<Optional<Remote>> wait = scope.fork("wait", () -> provisioner.remote(Deadline.never()));
            provisioner.stop(soon());
            assertThatThrownBy(() -> wait.join(soon()))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void interruptEndsWaitForMachine() throws Exception {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> provisioner.remote(Deadline.never())).isInstanceOf(InterruptedException.class);
    }
}
