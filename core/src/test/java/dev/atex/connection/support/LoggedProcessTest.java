package dev.atex.connection.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.connection.Command;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoggedProcessTest {
    @Test
    void textHasFirstLineOfScript() {
        assertThat(LoggedProcess.text(Command.of("sh", "-c", "echo one\necho two", "sh", "a b")))
                .isEqualTo("sh -c echo one … sh a b");
    }

    @Test
    void textHasAtMost200Characters() {
        assertThat(LoggedProcess.text(Command.of("echo", "x".repeat(1000))))
                .hasSize(201)
                .startsWith("echo xxx")
                .endsWith("x…");
    }

    @Test
    void textHasNoVariables() {
        Command command = Command.of("env").withEnvironment(Map.of("TOKEN", "very secret"));

        assertThat(LoggedProcess.text(command)).isEqualTo("env");
    }
}
