package dev.atex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignalsTest {
    private final List<String> heard = new ArrayList<>();
    private final Signals signals = new Signals(heard::add, code -> heard.add("exit " + code));

    @Test
    void twoAskAndTheThirdExits() {
        assertThat(signals.received()).isEmpty();
        signals.received("SIGTERM", 143);
        signals.received("SIGINT", 130);
        assertThat(heard).containsExactly("SIGTERM", "SIGINT");
        signals.received("SIGHUP", 129);
        assertThat(heard).containsExactly("SIGTERM", "SIGINT", "exit 143");
    }

    @Test
    void theFirstIsRemembered() {
        signals.received("SIGHUP", 129);
        signals.received("SIGINT", 130);
        assertThat(signals.received()).hasValue(129);
    }
}
