package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When {@code ./atex} builds: in a small source tree, whose Maven takes the jars of this one. */
class LauncherBuildTest {
    @TempDir
    private Path tree;

    private Path source;

    @BeforeEach
    void sources() throws Exception {
        for (String file : List.of("atex", "tools/build-atex", "tools/find-jdk")) {
            Path copy = tree.resolve(file);
            Files.createDirectories(copy.getParent());
            Files.copy(Atex.SOURCES.resolve(file), copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
        source = tree.resolve("cli/src/main/Main.java");
        Files.createDirectories(source.getParent());
        Files.writeString(source, "");
        Files.writeString(tree.resolve("pom.xml"), "");
        Files.writeString(tree.resolve("cli/pom.xml"), "");
        maven("");
    }

    /** Its time stamp is that of the real one: of its start, in whole seconds. */
    private void maven(String also) throws IOException {
        Path maven = tree.resolve("tools/maven");
        Files.writeString(maven, """
                #!/bin/sh
                cd "%s" || exit
                start=$(date +%%Y-%%m-%%dT%%H:%%M:%%S)
                mkdir -p cli/target/atex/lib
                cp "%s"/*.jar cli/target/atex/lib/
                %s
                touch -d "$start" cli/target/atex/packaged
                """.formatted(tree, Atex.SOURCES.resolve("cli/target/atex/lib"), also));
        assertThat(maven.toFile().setExecutable(true)).isTrue();
    }

    private String start() throws Exception {
        Atex.Result result = Atex.in(tree)
                .with(Map.of("ATEX_NO_BUILD", ""))
                .startAs(List.of(tree.resolve("atex").toString(), "--version"))
                .end()
                .expect(0);
        assertThat(result.out()).startsWith("atex ");
        return result.err();
    }

    @Test
    void checkoutInSecondOfBuildIsBuiltOnce() throws Exception {
        Files.setLastModifiedTime(source, FileTime.from(Instant.now()));
        assertThat(start()).contains("atex: building");
        assertThat(start()).isEmpty();
    }

    @Test
    void editedSourceIsBuilt() throws Exception {
        start();
        Files.writeString(source, "edited", StandardOpenOption.APPEND);
        assertThat(start()).contains("atex: building");
        assertThat(start()).isEmpty();
    }

    @Test
    void editDuringBuildIsBuiltNext() throws Exception {
        maven("echo edited >> cli/src/main/Main.java");
        assertThat(start()).contains("atex: building");
        maven("");
        assertThat(start()).contains("atex: building");
        assertThat(start()).isEmpty();
    }

    @Test
    void sourceWithFutureDateIsBuiltOnce() throws Exception {
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plus(Duration.ofDays(2))));
        Files.setLastModifiedTime(
                tree.resolve("pom.xml"), FileTime.from(Instant.now().plus(Duration.ofDays(1))));
        assertThat(start()).contains("date in the future");
        assertThat(start()).isEmpty();
    }

    @Test
    void buildOfRunningProgramIsKept() throws Exception {
        start();
        Path builds = tree.resolve("cli/target/atex");
        Path used = Files.createDirectory(builds.resolve("lib-used"));
        Path unused = Files.createDirectory(builds.resolve("lib-unused"));
        Path before = Files.createDirectory(builds.resolve("lib-before"));
        Instant now = Instant.now();
        Files.setLastModifiedTime(used, FileTime.from(now.minus(Duration.ofDays(3))));
        Files.setLastModifiedTime(unused, FileTime.from(now.minus(Duration.ofDays(2))));
        Process program =
                new ProcessBuilder("sh", "-c", "read line; true", "sh", used + "/a.jar:" + used + "/b.jar").start();
        try {
            editedSourceIsBuilt();
            assertThat(used).exists();
            assertThat(unused).doesNotExist();
            assertThat(before).exists();
        } finally {
            program.destroyForcibly().waitFor();
        }
    }
}
