package dev.atex.podman;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.podman.engine.Engine;
import dev.atex.podman.engine.EngineException;
import dev.atex.podman.engine.EngineKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An engine that has reserved the name of a container, and does not list the container yet. */
@Timeout(60)
class TakenNameTest {
    @TempDir
    private Path directory;

    private Engine engine(String whenAsked) throws Exception {
        return engine(
                "", whenAsked + "\necho 'Error: Conflict. The container name \"/atex-lease-1\" is already in use' >&2");
    }

    private Engine engine(String whenPlaceholdersAreListed, String whenAsked) throws Exception {
        Path program = directory.resolve("engine");
        Files.writeString(program, """
                #!/bin/sh
                cd %s
                echo "$1" >> calls
                case "$*" in
                  ps*placeholder*) %s ;;
                  ps*) [ ! -e listed ] || echo "0123 atex-lease-1" ;;
                  rm*) rm listed ;;
                  create*)
                    %s
                    exit 125 ;;
                esac
                """.formatted(directory, whenPlaceholdersAreListed, whenAsked));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new Engine(EngineKind.DOCKER, program, Map.of());
    }

    private static LateCreation late(Engine engine, Duration left) {
        return new LateCreation(engine, "lease-1", Optional.of("image"), Duration.ofSeconds(30), Deadline.after(left));
    }

    /** Then the end of the limit proves nothing. */
    @Test
    void containerWithTakenNameIsAwaitedAndRemoved() throws Exception {
        Engine engine = engine("[ $(grep -c create calls) -lt 4 ] || : > listed");
        late(engine, Duration.ZERO).settle(Deadline.after(Duration.ofSeconds(40)));
        assertThat(Files.readAllLines(directory.resolve("calls")))
                .contains("rm")
                .endsWith("ps");
        assertThat(directory.resolve("listed")).doesNotExist();
    }

    @Test
    void endlessCreationFailsRelease() throws Exception {
        LateCreation late = late(engine(""), Duration.ZERO);
        assertThatThrownBy(() -> late.settle(Deadline.after(Duration.ofSeconds(2))))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("atex-lease-1 may still be created");
    }

    /** A placeholder with a lost answer, which appears between two calls. */
    @Test
    void placeholderBetweenTwoListsDoesNotCountAsContainer() throws Exception {
        Engine engine = engine(
                "[ ! -e listed ] || echo '0123 atex-lease-1'; [ ! -e asked ] || { rm asked; : > listed; }",
                ": > asked; echo 'error during connect: EOF' >&2");
        Deadline latest = Deadline.after(Duration.ofSeconds(1));
        new LateCreation(engine, "lease-1", Optional.of("image"), Duration.ofSeconds(3), latest)
                .settle(Deadline.after(Duration.ofSeconds(40)));
        assertThat(latest.isExpired()).isTrue();
        assertThat(directory.resolve("listed")).doesNotExist();
    }

    /** Without the image no placeholder can be created: the reaper only looks until the end of the limit. */
    @Test
    void lateContainerIsRemovedWithoutPlaceholder() throws Exception {
        Engine engine = engine("echo 'Error: no such image' >&2; : > listed; exit 125");
        late(engine, Duration.ofSeconds(30)).settle(Deadline.after(Duration.ofSeconds(40)));
        assertThat(Files.readAllLines(directory.resolve("calls"))).contains("rm");
        assertThat(directory.resolve("listed")).doesNotExist();
    }
}
