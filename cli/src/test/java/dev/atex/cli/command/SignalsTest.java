package dev.atex.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SignalsTest {
    private final List<String> heard = new ArrayList<>();
    private final Signals signals = new Signals(code -> heard.add("exit " + code));

    @Test
    void signalBeforeListenerIsDeliveredLater() {
        signals.received("SIGTERM", 143);
        signals.tell(heard::add);
        assertThat(heard).containsExactly("SIGTERM");
        assertThat(signals.received()).hasValue(143);
    }

    @Test
    void thirdSignalExitsWithoutListener() {
        for (int i = 0; i < 3; i++) {
            signals.received("SIGINT", 130);
        }
        assertThat(heard).containsExactly("exit 130");
    }

    @Test
    void firstTwoSignalsInterruptAndThirdExits() {
        assertThat(signals.received()).isEmpty();
        signals.tell(heard::add);
        signals.received("SIGTERM", 143);
        signals.received("SIGINT", 130);
        assertThat(heard).containsExactly("SIGTERM", "SIGINT");
        signals.received("SIGHUP", 129);
        assertThat(heard).containsExactly("SIGTERM", "SIGINT", "exit 143");
    }

    @Test
    void exitCodeIsThatOfFirstSignal() {
        signals.received("SIGHUP", 129);
        signals.received("SIGINT", 130);
        assertThat(signals.received()).hasValue(129);
    }

    @Test
    void signalOfOperatingSystemArrives() throws Exception {
        CountDownLatch resized = new CountDownLatch(1);
        try (Signals signals = Signals.handle(resized::countDown, () -> {})) {
            assertThat(signals.received()).isEmpty();
            String pid = Long.toString(ProcessHandle.current().pid());
            new ProcessBuilder("kill", "-WINCH", pid).start().waitFor();
            assertThat(resized.await(1, TimeUnit.MINUTES)).isTrue();
        }
    }
}
