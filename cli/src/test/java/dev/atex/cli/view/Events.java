package dev.atex.cli.view;

import dev.atex.executor.Ending;
import dev.atex.executor.FailureClass;
import dev.atex.run.RunEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Makes events, each a second after the one before. */
final class Events {
    private long seconds;

    RunEvent started(String... tests) {
        return new RunEvent.RunStarted(at(), Instant.EPOCH, "run", "local", List.of(tests));
    }

    /** At the same time as the next event. */
    RunEvent there(String remote) {
        return new RunEvent.RemoteReady(now(), remote, "local");
    }

    RunEvent ready(String remote) {
        return new RunEvent.RemoteReady(at(), remote, "local");
    }

    /** Facts are names and values in turn. */
    RunEvent comes(String remote, String... facts) {
        Map<String, String> all = new LinkedHashMap<>();
        for (int i = 0; i < facts.length; i += 2) {
            all.put(facts[i], facts[i + 1]);
        }
        return new RunEvent.ProvisionProgress(at(), "farm", remote, all);
    }

    RunEvent stopped(String provisioner) {
        return new RunEvent.ProvisionerStopped(at(), provisioner, Optional.empty());
    }

    RunEvent setUp(String remote) {
        return new RunEvent.SetUpFinished(at(), remote);
    }

    RunEvent begins(String remote, String test) {
        return new RunEvent.TestStarted(at(), remote, test, 1);
    }

    RunEvent passes(String remote, String test) {
        return ends(remote, test, new Ending(OptionalInt.of(0), none(), Optional.of("pass"), none(), none()), false);
    }

    RunEvent fails(String remote, String test, boolean rerun) {
        return ends(remote, test, new Ending(OptionalInt.of(2), none(), Optional.of("fail"), none(), none()), rerun);
    }

    RunEvent timesOut(String remote, String test) {
        return aborted(remote, test, FailureClass.TIMEOUT, "TestAbortedError(test duration timeout reached)");
    }

    RunEvent aborted(String remote, String test, FailureClass failure, String note) {
        Ending ending =
                new Ending(OptionalInt.empty(), Optional.of(failure), Optional.of("infra"), Optional.of(note), none());
        return ends(remote, test, ending, false);
    }

    RunEvent ends(String remote, String test, Ending ending, boolean rerun) {
        return new RunEvent.TestFinished(at(), remote, test, 1, ending, rerun, false);
    }

    RunEvent interrupted(int urgency) {
        return new RunEvent.Interrupted(at(), urgency, "SIGINT");
    }

    RunEvent releasing(String remote) {
        return new RunEvent.ReleaseStarted(at(), remote);
    }

    RunEvent released(String remote) {
        return new RunEvent.RemoteReleased(at(), remote);
    }

    Duration now() {
        return Duration.ofSeconds(seconds);
    }

    Duration at() {
        return Duration.ofSeconds(seconds++);
    }

    private static <T> Optional<T> none() {
        return Optional.empty();
    }
}
