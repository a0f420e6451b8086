package dev.atex.podman;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.podman.engine.Engine;
import dev.atex.podman.engine.EngineKind;
import dev.atex.provisioner.ProvisionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks for images and pulls them, with a program whose images are files. */
class ImageTest {
    @TempDir
    private Path directory;

    private Path here;
    private Path calls;

    @BeforeEach
    void names() {
        here = directory.resolve("here");
        calls = directory.resolve("calls");
    }

    private Image image(ContainerOptions.Pull pull, String before) throws IOException {
        Path program = directory.resolve("engine");
        Files.writeString(program, """
                #!/bin/sh
                echo "$1" >> %s
                %s
                case $1 in
                  version) echo 5.4 ;;
                  image) [ -e %s ] || { echo "Error: x: image not known" >&2; exit 125; } ;;
                  pull) : > %s ;;
                esac
                """.formatted(calls, before, here, here));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new Image(
                new Engine(EngineKind.PODMAN, program, Map.of()),
                ContainerOptions.of("example/x:1").withPull(pull));
    }

    private long pulls() throws IOException {
        return Files.readAllLines(calls).stream().filter("pull"::equals).count();
    }

    /** The output of podman 4.3, without a service and as a client of one. */
    @Test
    void serviceIsRecognized() throws Exception {
        Files.createFile(here);
        Image without = image(ContainerOptions.Pull.NEVER, "");
        without.check();
        assertThat(without.hasService()).isFalse();
        Image with = image(ContainerOptions.Pull.NEVER, "[ $1 != version ] || { echo 4.3.1 service; exit; }");
        with.check();
        assertThat(with.hasService()).isTrue();
    }

    @Test
    void missingImageIsPulledOnce() throws Exception {
        Image image = image(ContainerOptions.Pull.MISSING, "");
        image.check();
        assertThat(pulls()).isZero();
        image.ensure();
        image.ensure();
        assertThat(pulls()).isOne();
    }

    @Test
    void presentImageIsPulledWithAlwaysOnly() throws Exception {
        Files.createFile(here);
        Image usual = image(ContainerOptions.Pull.MISSING, "");
        usual.ensure();
        assertThat(pulls()).isZero();
        Image always = image(ContainerOptions.Pull.ALWAYS, "");
        always.ensure();
        always.ensure();
        assertThat(pulls()).isOne();
    }

    @Test
    void missingImageWithPullNeverIsError() throws Exception {
        Image image = image(ContainerOptions.Pull.NEVER, "");
        assertThatThrownBy(image::check)
                .isInstanceOf(ProvisionException.class)
                .hasMessageContaining("has no image 'example/x:1'")
                .hasMessageContaining("pull=never");
    }

    @Test
    void failedPullIsNotRepeated() throws Exception {
        Image image =
                image(ContainerOptions.Pull.MISSING, "[ \"$1\" != pull ] || { echo no such registry >&2; exit 125; }");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(image::ensure)
                    .isInstanceOf(ProvisionException.class)
                    .hasMessageContaining("cannot pull the image 'example/x:1'")
                    .hasMessageContaining("no such registry");
        }
        assertThat(pulls()).isOne();
    }

    @Test
    void failedInspectIsRepeated() throws Exception {
        Files.createFile(here);
        Path disturbed = Files.createFile(directory.resolve("disturbed"));
        Image image = image(
                ContainerOptions.Pull.NEVER,
                "[ \"$1\" != image ] || ! rm %s 2>/dev/null || { echo database is locked >&2; exit 125; }"
                        .formatted(disturbed));
        image.check();
        assertThat(disturbed).doesNotExist();
    }

    @Test
    void failedInspectIsNotMissingImage() throws Exception {
        Image image =
                image(ContainerOptions.Pull.NEVER, "[ \"$1\" != image ] || { echo storage is broken >&2; exit 125; }");
        assertThatThrownBy(image::check)
                .isInstanceOf(ProvisionException.class)
                .hasMessageContaining("storage is broken")
                .hasMessageNotContaining("has no image");
    }
}
