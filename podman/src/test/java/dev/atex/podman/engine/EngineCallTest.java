package dev.atex.podman.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Engines that print more than fits into a pipe. */
@Timeout(60)
class EngineCallTest {
    private static final String MUCH = "head -c 200000 /dev/zero | tr '\\0' w";

    @TempDir
    private Path directory;

    private Engine engine(String script) throws Exception {
        Path program = directory.resolve("engine");
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new Engine(EngineKind.PODMAN, program, Map.of());
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(20));
    }

    @Test
    void longOutputIsReadInWhole() throws Exception {
        assertThat(engine(MUCH).call(soon(), List.of("ps"))).hasSize(200_000);
    }

    @Test
    void longWarningsDoNotBlockCall() throws Exception {
        assertThat(engine(MUCH + " >&2; echo answer").call(soon(), List.of("ps")))
                .isEqualTo("answer");
    }

    @Test
    void errorAfterManyWarningsIsInMessage() throws Exception {
        Engine failing = engine(MUCH + " >&2; echo >&2; echo 'the reason' >&2; exit 125");
        assertThatThrownBy(() -> failing.call(soon(), List.of("ps")))
                .isInstanceOf(EngineException.class)
                .hasMessageEndingWith("the reason");
    }
}
